//! What is said of leads.

use pretty_assertions::assert_eq;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::domain::event::{EventType, Trigger, examples};

fn alert(event: LeadEvent, change: impl FnOnce(&mut LeadAlert)) -> Event {
    let mut example = examples::event(EventType::Lead(event));
    let Occurrence::Lead(_, alert) = &mut example.occurrence else { panic!("no lead") };
    change(alert);
    example
}

fn body(event: &Event) -> Value {
    let message = compose(event, &"U012AB3CD".parse().unwrap()).unwrap();
    assert_eq!(message.to.as_str(), "U012AB3CD");
    serde_json::from_str(&message.body).unwrap()
}

fn named(event: LeadEvent, lead: &str, trigger: &str) -> Value {
    body(&alert(event, |alert| {
        alert.lead.name = lead.parse().unwrap();
        alert.trigger = Trigger { name: trigger.parse().unwrap() };
    }))
}

fn text(text: &str) -> Value {
    json!({ "type": "mrkdwn", "text": text, "verbatim": true })
}

#[test]
fn a_message_says_what_happened_and_to_which_lead_and_which_setting_turns_it_off() {
    let expected = json!({
        "channel": "U012AB3CD",
        "text": "The surge Hot fired on Acme.",
        "blocks": [
            { "type": "section", "text": text("A surge fired on Acme.") },
            {
                "type": "section",
                "fields": [text("*Lead*\nAcme"), text("*Surge*\nHot"), text("*Score*\n12.5")],
            },
            {
                "type": "context",
                "elements": [text(
                    "You get this because you own this lead. `mute.surge.fired` turns such messages off."
                )],
            },
        ],
        "parse": "none",
        "unfurl_links": false,
        "unfurl_media": false,
    });
    assert_eq!(body(&alert(LeadEvent::SurgeFired, |_| {})), expected);
}

#[test]
fn each_kind_of_event_has_its_words() {
    let expected = [
        ("Acme entered a milestone.", "Acme entered the milestone Hot.", "*Milestone*\nHot"),
        (
            "Acme dropped below a milestone.",
            "Acme dropped below the milestone Hot.",
            "*Milestone*\nHot",
        ),
        ("Acme completed a sequence.", "Acme completed the sequence Hot.", "*Sequence*\nHot"),
        ("A surge fired on Acme.", "The surge Hot fired on Acme.", "*Surge*\nHot"),
    ];
    for (event, (headline, whole, trigger)) in LeadEvent::ALL.into_iter().zip(expected) {
        let body = body(&alert(event, |_| {}));
        assert_eq!(body["text"], whole);
        assert_eq!(body["blocks"][0]["text"], text(headline));
        assert_eq!(body["blocks"][1]["fields"][1], text(trigger));
        let why = body["blocks"][2]["elements"][0]["text"].as_str().unwrap();
        assert!(why.contains(&format!("`mute.{}`", event.name())), "{why}");
    }
}

#[test]
fn a_lead_without_a_score_has_no_field_for_it() {
    let body = body(&alert(LeadEvent::SurgeFired, |alert| alert.score = None));
    assert_eq!(body["blocks"][1]["fields"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_score_is_written_as_people_write_numbers() {
    for (score, expected) in [
        (87.0, "87"),
        (12.5, "12.5"),
        (-3.25, "-3.25"),
        (0.0, "0"),
        (-0.0, "0"),
        (0.1, "0.1"),
        (1_000_000.0, "1000000"),
        (1e300, "1e300"),
        (5e-324, "5e-324"),
        (f64::MIN, "-1.7976931348623157e308"),
    ] {
        assert_eq!(number(Score::new(score).unwrap()), expected);
    }
}

#[test]
fn a_name_makes_no_link_and_no_mention_and_turns_nothing_around() {
    let body = named(LeadEvent::SurgeFired, "<!channel> & <https://x.example|Us>", "a\u{202e}b");
    let lead = "&lt;!channel&gt; &amp; &lt;https://x.example|Us&gt;";
    assert_eq!(body["text"], format!("The surge a\u{fffd}b fired on {lead}."));
    assert_eq!(body["blocks"][0]["text"], text(&format!("A surge fired on {lead}.")));
    assert_eq!(body["blocks"][1]["fields"][0], text(&format!("*Lead*\n{lead}")));
    assert_eq!(body["blocks"][1]["fields"][1], text("*Surge*\na\u{fffd}b"));
}

#[test]
fn no_other_event_is_for_slack() {
    for event_type in EventType::ALL {
        let to = "U012AB3CD".parse().unwrap();
        let is_composed = compose(&examples::event(event_type), &to).is_some();
        assert_eq!(is_composed, matches!(event_type, EventType::Lead(_)), "{event_type:?}");
    }
}

/// The text of each text object, and the one of the message.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Object(object) => {
            let own = object.get("text").and_then(Value::as_str);
            own.into_iter().chain(object.values().flat_map(texts)).collect()
        }
        Value::Array(values) => values.iter().flat_map(texts).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// A name of up to 300 characters, more often than not of those that are escaped.
fn name() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec!['&', '<', '>', ';', 'a', '*', '`', '\u{202e}', '🦀']);
    let character = prop_oneof![3 => odd, 1 => any::<char>()];
    prop::collection::vec(character, 1..=300)
        .prop_map(String::from_iter)
        .prop_filter("a name", |name| name.parse::<Line>().is_ok())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_name_is_within_the_limits_and_escaped_and_whole(
        lead in name(),
        trigger in name(),
        score in any::<f64>(),
        event in prop::sample::select(LeadEvent::ALL.to_vec()),
    ) {
        let body = body(&alert(event, |alert| {
            alert.lead.name = lead.parse().unwrap();
            alert.trigger = Trigger { name: trigger.parse().unwrap() };
            alert.score = Score::new(score);
        }));
        for text in texts(&body) {
            prop_assert!(!text.contains(['<', '>']), "{}", text);
            for (at, _) in text.match_indices('&') {
                let entity = ["&amp;", "&lt;", "&gt;"].iter().any(|it| text[at..].starts_with(it));
                prop_assert!(entity, "{}", text);
            }
        }
        // In bytes, which are at least as many as of whatever Slack counts.
        prop_assert!(body["text"].as_str().unwrap().len() <= 4_000);
        prop_assert!(body["blocks"][0]["text"]["text"].as_str().unwrap().len() <= 3_000);
        let fields = body["blocks"][1]["fields"].as_array().unwrap();
        for (field, name) in fields.iter().zip([&lead, &trigger]) {
            let field = field["text"].as_str().unwrap();
            prop_assert!(field.len() <= 2_000);
            let (_, value) = field.split_once('\n').unwrap();
            prop_assert_eq!(unescaped(value), legible(name));
        }
        prop_assert!(fields.iter().all(|field| field["text"].as_str().unwrap().len() <= 2_000));
    }
}

#[test]
fn the_longest_names_fit() {
    let name = "&".repeat(300);
    let body = named(LeadEvent::MilestoneExited, &name, &name);
    assert!(body["text"].as_str().unwrap().len() <= 4_000);
    assert!(body["blocks"][0]["text"]["text"].as_str().unwrap().len() <= 3_000);
}
