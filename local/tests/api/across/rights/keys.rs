//! Which rights it takes to know the keys of the deployment.

use serde_json::json;

use crate::support::Api;
use crate::support::rights::Right;

/// To read the secrets that were read: with the keys of unsubscribe links, with those of Web Push, and with
/// those of the marks of erased people.
pub(super) fn rights_to_keys(api: &Api) -> impl Iterator<Item = Right> {
    let place = "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:";
    let of_links = json!({ "Ref": "UnsubscribeKeysSecret" });
    // Secrets Manager ends an ARN with six characters of its own.
    let of_push = json!({ "Fn::Sub": format!("{place}secret:${{PushKeysSecret}}-??????") });
    let of_erasures = json!({ "Ref": "ErasureKeysSecret" });
    let secrets = [
        (of_links, api.secrets.fetches()),
        (of_push, api.push_keys.fetches()),
        (of_erasures, api.erasure_keys.fetches()),
    ];
    let read = secrets.into_iter().filter(|(_, fetches)| *fetches > 0);
    read.map(|(secret, _)| ("secretsmanager:GetSecretValue".to_owned(), secret.to_string()))
}
