//! `/unsubscribe/{token}`: turns one kind of email off, for whoever has the link.

use shared::app::App;
use shared::http::Inbound;
use shared::http::surface::UnsubscribePages;
use shared::http::surface::unsubscribe::UnsubscribePage;

/// Shows what a link turns off, or turns it off.
///
/// A GET changes nothing, so that whatever looks at links before a person does turns nothing off. A
/// POST is the page's button, or that of a mail program (RFC 8058).
///
/// # Errors
///
/// As pages: 400 for a link that is none of ours, or older than 60 days, 413 for a body that is too
/// large, 503 while the store, or whoever keeps the keys of links, is busy.
pub async fn handle(app: &App, request: Inbound) -> Result<UnsubscribePage, UnsubscribePages> {
    let now = app.now();
    let link = app.unsubscribe().verify(request.path_parameter("token"), now).await?;
    if !request.is_post() {
        return Ok(UnsubscribePage::Asks(link.setting));
    }
    request.pass_body()?;
    app.store.turn_off(&link.org_unit, &link.user, &link.setting, now).await?;
    Ok(UnsubscribePage::IsDone(link.setting))
}
