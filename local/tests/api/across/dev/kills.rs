//! `cargo dev` over sudden deaths, while several people write: what it acknowledged is kept.

mod writer;

use std::cell::Cell;
use std::path::Path;

use futures_util::future::join_all;
use local::engine::{self, Storage};
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::events::engine_of;
use super::{Folder, print, start};
use crate::across::faults::agree::disagreements;
use crate::across::faults::seeds::{draw, say};
use crate::support::every_item;
use writer::{Kind, Writer, try_send};

/// How often it is killed, unless `KILLS` says.
const USUAL: u64 = 3;

fn kills() -> u64 {
    #[expect(
        clippy::disallowed_methods,
        reason = "whoever runs the tests says how long they may take"
    )]
    let asked = std::env::var("KILLS").ok();
    asked.map_or(USUAL, |kills| kills.parse().expect("KILLS is a number"))
}

/// How many writes are acknowledged, all in all, and when somebody wants to know.
#[derive(Default)]
struct Acknowledged {
    so_far: Cell<u64>,
    enough: Cell<u64>,
    reached: Notify,
}

impl Acknowledged {
    fn one_more(&self) {
        self.so_far.set(self.so_far.get() + 1);
        if self.so_far.get() == self.enough.get() {
            self.reached.notify_one();
        }
    }

    async fn wait_for(&self, more: u64) {
        self.enough.set(self.so_far.get() + more);
        self.reached.notified().await;
    }
}

#[tokio::test]
async fn whenever_it_is_killed_what_was_acknowledged_is_kept_and_no_half_of_anything() {
    let folder = &Folder::new("kills");
    let kinds = [Kind::Row, Kind::Row, Kind::Entry, Kind::Entry, Kind::Watch, Kind::Watch];
    let kinds = kinds.into_iter().chain([Kind::Message, Kind::Message, Kind::Key]);
    let writers = kinds.enumerate().map(|(number, kind)| {
        let user = (number + 10).to_string();
        let claims = ["token", "--sub", &user, "--org-unit", "acme", "--role", "admin"];
        Writer::new(kind, &user, print(folder, &claims))
    });
    let mut writers: Vec<Writer> = writers.collect();
    let acknowledged = Acknowledged::default();
    for kill in 0..kills() {
        let (process, url) = start(folder, &[]);
        let writing =
            join_all(writers.iter_mut().map(|it| it.write(&url, || acknowledged.one_more())));
        // Whoever writes stops as nobody answers any more.
        let dying = async {
            acknowledged.wait_for(draw(kill, 20..150_u64)).await;
            process.send("-KILL");
        };
        futures_util::join!(writing, dying);
        drop(process);
        let items = kept_in(folder.path());
        assert_eq!(disagreements(&items), [""; 0], "after kill {kill}");
        for writer in &writers {
            assert_eq!(writer.lost(&items), [""; 0], "after kill {kill}");
        }
    }
    // What was accepted is dispatched by whoever comes next, once; what was not is sent again.
    let (process, url) = start(folder, &[]);
    for writer in &mut writers {
        writer.write_open(&url).await;
    }
    let engine = engine_of(&process);
    let is_undone = |item: &Value| item["sk"] == "EVENT" && item["done_at"].is_null();
    while every_item(&engine).await.iter().any(is_undone) {
        process.wait_for("work done");
    }
    let items = every_item(&engine).await;
    assert_eq!(disagreements(&items), [""; 0]);
    for writer in &writers {
        assert_eq!(writer.untold(&items), [""; 0]);
    }
    let sums = (kills(), acknowledged.so_far.get());
    say(&format!("{} kills, {} acknowledged writes, none lost", sums.0, sums.1));
}

/// Everything that is stored in the folder of a process that is gone.
fn kept_in(folder: &Path) -> Vec<Value> {
    let file = Storage::File(folder.join("data").join("dynamodb.sqlite"));
    // An engine ends with its runtime, and the next process opens the file.
    let reader = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let address = engine::start(&file, ([127, 0, 0, 1], 0).into()).await;
            every_item(&engine::client(&format!("http://{}", address.expect("an engine")))).await
        })
    });
    reader.join().expect("items")
}

/// Tells of the project that reports are watched of; gives whether that was acknowledged.
async fn tell_of_project(url: &str, token: &str) -> bool {
    let event = json!({
        "specversion": "1.0", "id": "known", "source": "/tracker", "type": "project.created",
        "time": "2026-03-13T14:00:00Z",
        "data": { "project": { "id": 1, "name": "Kendo" }, "actor": 4, "owner": 4 },
    });
    let sent = try_send(url, token, &("POST", "/v1/events".to_owned(), None, event)).await;
    sent.is_some_and(|(status, _)| status == 202)
}
