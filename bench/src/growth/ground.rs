//! An engine with what a curve is about: the few items of the stage's world, and many more.

use aws_sdk_dynamodb::Client;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use local::engine;
use local::environment::TABLE;
use local::problem::Problem;

use crate::engine::Engine;
use crate::functions::stage::Stage;
use crate::seeding::{AT_A_TIME, BATCH, Item, put};

/// What the partition of the person who asks ends with.
pub(super) const ASKER: &str = "#USER#7";

/// An engine, and the way to it.
pub(super) struct Ground {
    engine: Engine,
    client: Client,
}

impl Ground {
    /// An engine with those items of the world.
    pub(super) async fn open(stage: &Stage, keep: impl Fn(&Item) -> bool) -> Result<Self, Problem> {
        let engine = Engine::start()?;
        let client = engine::client(engine.endpoint());
        engine::create_table(&client, TABLE, &stage.template.table).await?;
        let ground = Self { engine, client };
        ground.put(stage.world.items().iter().filter(|item| keep(item)).cloned()).await?;
        Ok(ground)
    }

    /// Where the engine is.
    pub(super) fn endpoint(&self) -> &str {
        self.engine.endpoint()
    }

    /// Puts items in as they are.
    pub(super) async fn put(&self, items: impl IntoIterator<Item = Item>) -> Result<(), Problem> {
        let batches = stream::iter(items).chunks(BATCH).map(|batch| put(&self.client, batch));
        batches.buffer_unordered(AT_A_TIME).try_collect().await
    }
}

/// A text of an item; nothing, if there is none of that name.
pub(super) fn text<'a>(item: &'a Item, name: &str) -> &'a str {
    item.get(name).and_then(|value| value.as_s().ok()).map_or("", String::as_str)
}

/// The asker's own item.
pub(super) fn settings(stage: &Stage) -> Result<Item, Problem> {
    let mut items = stage.world.items().iter();
    let found = items.find(|item| text(item, "pk").ends_with(ASKER) && text(item, "sk") == "PREFS");
    found.cloned().ok_or_else(|| Problem("the world holds nothing of who asks".to_owned()))
}
