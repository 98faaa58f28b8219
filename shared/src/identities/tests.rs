//! What a page says of a person.

use super::mapping::Person;
use super::page::{Page, Says};
use crate::deliver::slack::SlackUser;
use crate::domain::slack::SlackUserId;
use crate::store::{Remapping, SlackIdentity};

fn id(text: &str) -> SlackUserId {
    text.parse().unwrap()
}

fn user(text: &str, email: impl Into<Option<&'static str>>) -> SlackUser {
    SlackUser { id: id(text), email: email.into().map(str::to_owned), is_active_person: true }
}

fn gone(user: SlackUser) -> SlackUser {
    SlackUser { is_active_person: false, ..user }
}

/// Ada, confirmed, with the address `Ada@acme.example`.
fn ada() -> Person {
    Person::from(SlackIdentity::for_test("ada", "m-1", "Ada@acme.example"))
}

fn mapped(to: &str) -> Person {
    let person = ada();
    Person { identity: person.identity.remapped(&Remapping::Map(id(to))), ..person }
}

fn says(users: &[SlackUser], person: &Person) -> Says {
    Page::of(users, users.iter().any(|user| user.email.is_some())).says(person)
}

fn map_to(to: &str) -> Says {
    Says::Wrong(Remapping::Map(id(to)))
}

const ADDRESS: &str = "ADA@acme.Example";
const OTHER: &str = "other@acme.example";

#[test]
fn who_has_their_address_is_who_they_are_whatever_the_case_of_letters() {
    assert_eq!(says(&[user("U02", OTHER), user("U01", ADDRESS)], &ada()), map_to("U01"));
    assert_eq!(says(&[user("U02", OTHER), user("U01", None)], &ada()), Says::Nothing);
    assert_eq!(says(&[gone(user("U01", ADDRESS))], &ada()), Says::Nothing);
    assert_eq!(says(&[user("U01", ADDRESS)], &mapped("U01")), Says::Matched);
}

#[test]
fn letters_that_only_look_alike_are_not() {
    // The sign of a kelvin is a small k in Unicode's way of making letters small.
    let kate = |address: &'static str| {
        says(
            &[user("U01", address)],
            &Person::from(SlackIdentity::for_test("kate", "m-2", "kate@acme.example")),
        )
    };
    assert_eq!(kate("KATE@acme.example"), map_to("U01"));
    assert_eq!(kate("\u{212a}ate@acme.example"), Says::Nothing);
}

#[test]
fn a_mapping_is_wrong_if_its_user_is_gone_or_has_another_address() {
    let unmap = Says::Wrong(Remapping::Unmap);
    assert_eq!(says(&[gone(user("U01", ADDRESS))], &mapped("U01")), unmap);
    assert_eq!(says(&[gone(user("U01", None)), user("U02", OTHER)], &mapped("U01")), unmap);
    assert_eq!(says(&[user("U01", OTHER)], &mapped("U01")), unmap);
    assert_eq!(says(&[user("U01", OTHER), user("U02", ADDRESS)], &mapped("U01")), map_to("U02"));
}

#[test]
fn who_is_not_on_the_page_or_shows_no_address_says_nothing() {
    assert_eq!(says(&[user("U02", OTHER)], &mapped("U01")), Says::Nothing);
    assert_eq!(says(&[user("U01", None), user("U02", OTHER)], &mapped("U01")), Says::Nothing);
    assert_eq!(says(&[gone(user("U01", None))], &mapped("U01")), Says::Nothing, "nobody has one");
}

#[test]
fn of_several_with_one_address_it_is_the_same_one_each_time() {
    let [first, second] = [user("U01", ADDRESS), user("U02", ADDRESS)];
    let both = [second.clone(), first.clone()];
    assert_eq!(says(&both, &ada()), map_to("U01"));
    assert_eq!(says(&both, &mapped("U02")), Says::Matched);
    // On pages one after the other, the first one it is.
    let settled = Person { is_settled: true, ..mapped("U01") };
    assert_eq!(says(std::slice::from_ref(&second), &settled), Says::Nothing);
    assert_eq!(says(&[second], &mapped("U01")), map_to("U02"), "not found there before");
}

#[test]
fn of_whom_an_admin_said_who_they_are_no_page_says_anything() {
    let person = ada();
    for to in [None, Some(id("U09"))] {
        let identity = person.identity.clone().remapped(&Remapping::Override(to));
        let person = Person { identity, ..person.clone() };
        let users = [user("U01", ADDRESS), gone(user("U09", OTHER))];
        assert_eq!(says(&users, &person), Says::Nothing);
    }
}
