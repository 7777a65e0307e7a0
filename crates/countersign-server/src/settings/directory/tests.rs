use std::path::Path;
use std::sync::Arc;

use countersign::{
    AddressKind, ChannelId, CustomPlatform, Directory, Engine, Keyring, NavigatorId, PhoneNumber, Platform, Route,
    StartRequest, TemplateRule, ThreadEntropy, WorkspaceId,
};
use countersign_memory::MemoryStore;
use countersign_testkit::ScriptedTransport;
use proptest::prelude::*;
use uuid::Uuid;

use crate::settings::document::{self, Fault};
use crate::settings::transports::Transports;

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

fn read(text: &str) -> Result<Directory, Vec<Fault>> {
    document::read(text, Path::new(""), |file, _| Some(super::read(file, &transports())))
}

/// Where the faults of a file are.
fn faults(text: &str) -> Vec<(String, Option<usize>)> {
    let faults = read(text).expect_err("it has faults");
    faults.into_iter().map(|fault| (fault.path, fault.line)).collect()
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
    let directory = read(WHOLE).unwrap();
    let keyring = Keyring::ephemeral(&ThreadEntropy).unwrap();
    let engine = Engine::builder(Arc::new(MemoryStore::new()), keyring).directory(directory).build().unwrap();
    let navigator = NavigatorId::new(*channel(5).as_uuid());
    let mut plans = Vec::new();
    for number in ["+31612345678", "+4915112345678"] {
        let request = StartRequest::new(PhoneNumber::parse(number).unwrap()).step(channel(1)).step(navigator);
        let verification = engine.start(WorkspaceId::new(Uuid::nil()), request).await.unwrap();
        plans.push(verification.steps().to_vec());
    }
    let [dutch, german] = plans.try_into().unwrap();
    assert_eq!(*dutch[0].platform(), Platform::Sms);
    assert_eq!(dutch[0].delivery_timeout(), Some(std::time::Duration::from_secs(60)));
    assert_eq!(dutch[1].effective_route(), Route::Channel(channel(2)));
    let template = dutch[1].template().expect("the channel's own");
    assert_eq!((template.name.as_deref(), template.locale.as_deref()), (Some("otp"), Some("nl")));
    let voice = CustomPlatform::new("voice", AddressKind::Phone, TemplateRule::Forbidden).unwrap();
    assert_eq!(*german[1].platform(), Platform::Custom(Arc::new(voice)));
}

#[test]
fn each_wrong_value_is_told_with_its_path_and_line() {
    let third = "00000000-0000-4000-8000-000000000003";
    assert_eq!(changed("sends-to = \"phone\"", "sends-to = \"pigeon\""), one("platforms[0].sends-to", 4));
    assert_eq!(changed("template = \"forbidden\"", "template = \"maybe\""), one("platforms[0].template", 5));
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
    let renamed = [("platforms[0].name".to_owned(), Some(3)), ("channels[3].platform".to_owned(), Some(29))];
    assert_eq!(changed("name = \"voice\"\nsends", "name = \"email\"\nsends"), renamed);
    assert_eq!(changed("\"BE\"", "\"be\""), one("navigators[0].channels[0].countries[1]", 35));
    assert_eq!(changed("000000000004\" }", "000000000099\" }"), one("navigators[0].channels[1].id", 36));
    assert_eq!(changed("[\"NL\", \"BE\"]", "[]"), one("navigators[0].channels[0].countries", 35));
}

#[test]
fn a_template_on_a_channel_of_sms_is_told_by_its_path() {
    assert_eq!(changed("brand = \"Acme\"", "template = { name = \"otp\" }"), one("channels[0].template", 12));
}

#[test]
fn keys_and_types_that_do_not_belong_are_told_with_their_path_and_line() {
    let unknown = [("channels[0].brandd", 12), ("channels[2].colour", 25)];
    let text = WHOLE.replace("brand = ", "brandd = ").replace("sender = \"Acme <", "colour = \"Acme <");
    assert_eq!(faults(&text), unknown.map(|(path, line)| (path.to_owned(), Some(line))));
    assert_eq!(changed("brand = \"Acme\"", "brand = 7"), one("channels[0].brand", 12));
    assert_eq!(changed("delivery-timeout = 60", "delivery-timeout = -1"), one("channels[0].delivery-timeout", 13));
    assert_eq!(changed("delivery-timeout = 60", "delivery-timeout = ")[0].1, Some(13));
    assert_eq!(changed("projectId = \"", "projectId = \"x"), one("channels[1].template.projectId", 19));
    assert_eq!(changed("locale = \"nl\"", "language = \"nl\""), one("channels[1].template.language", 19));
}

#[test]
fn faults_of_several_entries_are_told_together_whatever_their_kind() {
    let text = WHOLE
        .replace("\"carrier\"", "\"pigeon\"")
        .replace("\"NL\"", "\"Holland\"")
        .replace("brand = \"Acme\"", "brand = true")
        .replace("000000000004\" }", "000000000099\" }");
    let paths: Vec<_> = faults(&text).into_iter().map(|(path, _)| path).collect();
    assert_eq!(
        paths,
        [
            "channels[0].transport",
            "channels[0].brand",
            "channels[1].transport",
            "channels[3].transport",
            "navigators[0].channels[0].countries[0]",
            "navigators[0].channels[1].id",
        ]
    );
}

#[test]
fn a_navigator_is_not_blamed_for_a_channel_whose_id_has_a_fault() {
    let second = "id = \"00000000-0000-4000-8000-000000000002\"\nplatform";
    assert_eq!(changed(second, "id = \"second\"\nplatform"), one("channels[1].id", 16));
    assert_eq!(changed(second, "platform"), one("channels[1]", 15));
}

#[test]
fn a_fault_says_what_to_do() {
    let faults = read(&WHOLE.replace("\"mail\"", "\"post\"")).unwrap_err();
    let sentences: Vec<_> = faults.into_iter().map(|fault| fault.sentence).collect();
    assert_eq!(sentences, ["no such transport: name one of carrier, mail"]);
}

#[test]
fn a_template_has_the_keys_of_the_wire() {
    let template = r#"template = { name = "otp", version = "latest", attachments = [{ mediaUrl = "https://a.example/a", filename = "a", inline = true }], shortLinks = { enabled = true, domain = "a.example" }, variables = { default = "code" }, utmParameters = [{ key = "k", value = "v" }], parameters = [{ type = "string", key = "k", value = "v" }], settings = { useMmLite = true } }"#;
    let own = r#"template = { name = "otp", projectId = "00000000-0000-4000-8000-0000000000aa", locale = "nl" }"#;
    let directory = read(&WHOLE.replace(own, template)).unwrap();
    let debug = format!("{directory:?}");
    for read in [
        r#"attachments: Some([Attachment { media_url: Some("https://a.example/a"), filename: Some("a"), inline: Some(true) }])"#,
        r#"short_links: Some(ShortLinks { enabled: Some(true), domain: Some("a.example") })"#,
        r#"variables: Some({"default": "code"})"#,
        r#"utm_parameters: Some([UtmParameter { key: Some("k"), value: Some("v") }])"#,
        r#"parameters: Some([Parameter { kind: Some("string"), key: Some("k"), value: Some("v") }])"#,
        "settings: Some(TemplateSettings { use_mm_lite: Some(true) })",
    ] {
        assert!(debug.contains(read), "{read}: {debug}");
    }
}

proptest! {
    #[test]
    fn whatever_the_file_holds_it_is_read_or_every_fault_has_a_line_in_it(at in 0..WHOLE.len(), gone in 0_usize..30, put in "[ -~\n]{0,8}") {
        let end = (at + gone).min(WHOLE.len());
        let text = format!("{}{put}{}", &WHOLE[..at], &WHOLE[end..]);
        if let Err(faults) = read(&text) {
            prop_assert!(!faults.is_empty());
            for Fault { path, line, sentence } in faults {
                prop_assert!(!sentence.is_empty());
                prop_assert!(line.is_some_and(|line| (1..=text.lines().count() + 1).contains(&line)), "{path} {line:?} {sentence}");
            }
        }
    }
}
