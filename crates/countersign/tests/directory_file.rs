//! A directory read from TOML: what it declares, and how each wrong value is told with its path and line.

use std::sync::Arc;

use countersign::{
    AddressKind, ChannelId, CustomPlatform, Directory, Engine, Keyring, NavigatorId, PhoneNumber, Platform, Request,
    Route, TemplateRule, ThreadEntropy, Transports, WorkspaceId,
};
use countersign_memory::MemoryStore;
use countersign_testkit::ScriptedTransport;
use proptest::prelude::*;
use uuid::Uuid;

const WHOLE: &str = r#"
[[platforms]]
name = "voice"
sends-to = "phone"
template = "forbidden"

[[channels]]
id = "00000000-0000-4000-8000-000000000001"
platform = "sms"
transport = "carrier"
sender = "Acme"
brand = "Acme"
delivery-timeout = 60

[[channels]]
id = "00000000-0000-4000-8000-000000000002"
platform = "whatsapp"
transport = "carrier"
template = { name = "otp", projectId = "00000000-0000-4000-8000-0000000000aa", locale = "nl" }

[[channels]]
id = "00000000-0000-4000-8000-000000000003"
platform = "email"
transport = "mail"
sender = "Acme <codes@acme.example>"

[[channels]]
id = "00000000-0000-4000-8000-000000000004"
platform = "voice"
transport = "carrier"

[[navigators]]
id = "00000000-0000-4000-8000-000000000005"
channels = [
    { id = "00000000-0000-4000-8000-000000000002", countries = ["NL", "BE"] },
    { id = "00000000-0000-4000-8000-000000000004" },
]
"#;

fn transports() -> Transports {
    let transport = Arc::new(ScriptedTransport::new());
    [("carrier".to_owned(), transport.clone() as _), ("mail".to_owned(), transport as _)].into()
}

fn channel(n: u128) -> ChannelId {
    ChannelId::new(Uuid::from_u128(0x4000_8000_0000_0000_0000 | n))
}

/// Where the faults of a file are.
fn faults(text: &str) -> Vec<(String, Option<usize>)> {
    let error = Directory::from_toml(text, &transports()).expect_err("it has faults");
    error.faults().map(|(path, line, _)| (path.to_owned(), line)).collect()
}

/// The file with one line changed, and the faults it has then.
fn changed(from: &str, to: &str) -> Vec<(String, Option<usize>)> {
    assert_eq!(WHOLE.matches(from).count(), 1, "{from} is there once");
    faults(&WHOLE.replace(from, to))
}

fn one(path: &str, line: usize) -> Vec<(String, Option<usize>)> {
    vec![(path.to_owned(), Some(line))]
}

#[tokio::test]
async fn a_file_declares_platforms_channels_and_navigators() {
    let directory = Directory::from_toml(WHOLE, &transports()).unwrap();
    let keyring = Keyring::ephemeral(&ThreadEntropy).unwrap();
    let engine = Engine::builder(Arc::new(MemoryStore::new()), keyring).directory(directory).build().unwrap();
    let navigator = NavigatorId::new(*channel(5).as_uuid());
    let mut plans = Vec::new();
    for number in ["+31612345678", "+4915112345678"] {
        let request = Request::new(PhoneNumber::parse(number).unwrap()).step(channel(1)).step(navigator);
        let verification = engine.start(WorkspaceId::new(Uuid::nil()), request).await.unwrap();
        plans.push(verification.steps().to_vec());
    }
    let [dutch, german] = plans.try_into().unwrap();
    assert_eq!(*dutch[0].platform(), Platform::Sms);
    assert_eq!(dutch[0].delivery_timeout(), Some(std::time::Duration::from_secs(60)));
    assert_eq!(dutch[1].sends_by(), Route::Channel(channel(2)));
    let template = dutch[1].template().expect("the channel's own");
    assert_eq!((template.name.as_deref(), template.locale.as_deref()), (Some("otp"), Some("nl")));
    let voice = CustomPlatform::new("voice", AddressKind::Phone, TemplateRule::Forbidden).unwrap();
    assert_eq!(*german[1].platform(), Platform::Custom(Arc::new(voice)));
}

#[test]
fn each_wrong_value_is_told_with_its_path_and_line() {
    let third = "00000000-0000-4000-8000-000000000003";
    assert_eq!(changed("name = \"voice\"\nsends", "name = \"email\"\nsends")[0], ("platforms[0].name".into(), Some(3)));
    assert_eq!(changed("sends-to = \"phone\"", "sends-to = \"pigeon\"")[0], ("platforms[0].sends-to".into(), Some(4)));
    assert_eq!(
        changed("template = \"forbidden\"", "template = \"maybe\"")[0],
        ("platforms[0].template".into(), Some(5))
    );
    assert_eq!(changed("platform = \"sms\"", "platform = \"pigeon\""), one("channels[0].platform", 9));
    assert_eq!(changed("transport = \"mail\"", "transport = \"post\""), one("channels[2].transport", 24));
    assert_eq!(changed("brand = \"Acme\"", "brand = \"\""), one("channels[0].brand", 12));
    assert_eq!(changed("brand = \"Acme\"", "brand = \"Acme Incorporated\""), one("channels[0].brand", 12));
    assert_eq!(changed("brand = \"Acme\"", "brand = \"Ac\\r\\nme\""), one("channels[0].brand", 12));
    assert_eq!(changed("delivery-timeout = 60", "delivery-timeout = 0"), one("channels[0].delivery-timeout", 13));
    assert_eq!(changed("sender = \"Acme <codes@acme.example>\"", "sender = \"Acme\""), one("channels[2].sender", 25));
    assert_eq!(changed("sender = \"Acme <codes@acme.example>\"", "sender = \"codes@\""), one("channels[2].sender", 25));
    assert_eq!(changed(third, "third"), one("channels[2].id", 22));
    assert_eq!(changed(third, "00000000-0000-4000-8000-000000000001"), one("channels[2].id", 22));
    assert_eq!(changed("\"BE\"", "\"be\""), one("navigators[0].channels[0].countries[1]", 35));
    assert_eq!(changed("000000000004\" }", "000000000099\" }"), one("navigators[0].channels[1].id", 36));
    assert_eq!(changed("[\"NL\", \"BE\"]", "[]"), one("navigators[0].channels[0].countries", 35));
}

#[test]
fn a_template_on_a_channel_of_sms_is_told_by_its_path() {
    assert_eq!(changed("brand = \"Acme\"", "template = { name = \"otp\" }"), one("channels[0].template", 12));
}

#[test]
fn keys_and_types_that_do_not_belong_are_told_with_their_line() {
    assert_eq!(changed("brand = \"Acme\"", "brandd = \"Acme\"")[0].1, Some(12));
    assert_eq!(changed("brand = \"Acme\"", "brand = 7"), one("channels[0].brand", 12));
    assert_eq!(changed("delivery-timeout = 60", "delivery-timeout = -1"), one("channels[0].delivery-timeout", 13));
    assert_eq!(changed("delivery-timeout = 60", "delivery-timeout = ")[0].1, Some(13));
}

#[test]
fn faults_of_several_entries_are_told_together() {
    let text = WHOLE.replace("\"carrier\"", "\"pigeon\"").replace("\"NL\"", "\"Holland\"");
    let paths: Vec<_> = faults(&text).into_iter().map(|(path, _)| path).collect();
    assert_eq!(
        paths,
        [
            "channels[0].transport",
            "channels[1].transport",
            "channels[3].transport",
            "navigators[0].channels[0].countries[0]",
        ]
    );
}

#[test]
fn a_fault_says_what_to_do() {
    let text = WHOLE.replace("\"mail\"", "\"post\"");
    let error = Directory::from_toml(&text, &transports()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the channel directory cannot be used; channels[2].transport (line 24): no such transport: name one of carrier, mail"
    );
}

proptest! {
    #[test]
    fn whatever_the_file_holds_it_is_read_or_every_fault_has_a_line_in_it(at in 0..WHOLE.len(), gone in 0_usize..30, put in "[ -~\n]{0,8}") {
        let end = (at + gone).min(WHOLE.len());
        let text = format!("{}{put}{}", &WHOLE[..at], &WHOLE[end..]);
        if let Err(error) = Directory::from_toml(&text, &transports()) {
            prop_assert!(error.faults().count() > 0);
            for (path, line, sentence) in error.faults() {
                prop_assert!(!path.is_empty() && !sentence.is_empty());
                prop_assert!(line.is_some_and(|line| (1..=text.lines().count() + 1).contains(&line)), "{path} {line:?} {sentence}");
            }
        }
    }
}
