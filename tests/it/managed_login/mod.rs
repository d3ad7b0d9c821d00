//! The pages of a domain by HTTP alone, as a browser without scripts goes through them.

mod choice;
mod factors;
mod languages;
mod new_passwords;
mod passkeys;
mod providers;
mod sign_in;
mod sign_up;

use serde_json::{Value, json};

use crate::oauth::App;
use crate::oauth::browser::{Browser, alert, location, parameter};
use crate::world::{Answer, World};

/// The newest code that was sent to somebody.
async fn newest_code(world: &World, to: &str) -> String {
    world.messages(&format!("to={to}")).await[0]["code"].as_str().unwrap().to_owned()
}

/// A code of the same length that is another one.
fn other_than(code: &str) -> String {
    let first = if code.starts_with('0') { '1' } else { '0' };
    format!("{first}{}", &code[1..])
}

/// Asserts that the browser is back at the application, with a code for tokens of this user.
async fn assert_signed_in(world: &World, app: &App, answer: &Answer, username: &str) {
    let code = parameter(answer, "code").unwrap_or_else(|| panic!("{}", location(answer)));
    let tokens = app.exchange(world, &code).await.ok();
    assert_eq!(crate::tokens::claims(&tokens["access_token"])["username"], json!(username));
}

/// Asserts that an answer leads to a page of the same request. Returns the page.
async fn page_at(browser: &mut Browser, app: &App, answer: &Answer, path: &str) -> Answer {
    let expected = format!("{path}?{}", app.query(&[]));
    assert_eq!(location(answer), expected);
    let page = browser.follow(answer).await;
    assert_eq!(page.status, 200, "{}", page.text);
    page
}

/// Asserts that a page says this went wrong.
#[track_caller]
fn assert_alert(page: &Answer, text: &str) {
    assert_eq!((page.status, alert(page).as_deref()), (200, Some(text)));
}

/// The names of the fields of the first form of a page, without the one that proves it.
fn fields(page: &Answer) -> Vec<String> {
    let (_, form) = page.text.split_once("<form").unwrap();
    let form = form.split("</form>").next().unwrap();
    let inputs = form.split("<input").skip(1).map(|input| input.split('>').next().unwrap());
    let names = inputs.filter_map(|input| input.split_once(" name=\"")?.1.split('"').next());
    names.filter(|name| *name != "_csrf").map(str::to_owned).collect()
}

/// The choices of a page: the values of its buttons.
fn choices(page: &Answer) -> Vec<String> {
    let buttons = page.text.split("name=\"factor\" value=\"").skip(1);
    buttons.map(|button| button.split('"').next().unwrap().to_owned()).collect()
}

/// Members of a pool that sends codes by e-mail.
fn by_email() -> Value {
    json!({ "AutoVerifiedAttributes": ["email"] })
}
