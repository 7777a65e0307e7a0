//! What a workspace has to send with.

use std::pin::pin;
use std::sync::Arc;

use countersign::address::AddressKind;
use countersign::{Channel, CustomPlatform, Directory, Platform, TemplateRule};
use countersign_bird::{Bird, BirdError, ChannelInfo, NavigatorInfo, Platforms, SkipReason};
use countersign_testkit::fixtures::{channel, navigator};
use futures_util::TryStreamExt as _;
use proptest::prelude::*;

use crate::fixture;
use crate::server::{Server, answer};
use crate::test_client::{WORKSPACE, client, messages};

async fn two_pages() -> (Server, Bird) {
    let server = Server::start().await;
    server.then(["channels-1.json", "channels-2.json"].map(|name| answer(200, &fixture::text(name))));
    let bird = client(&server).build().unwrap();
    (server, bird)
}

#[tokio::test]
async fn every_page_is_asked_for_once_and_by_its_token() {
    let (server, bird) = two_pages().await;
    let channels: Vec<ChannelInfo> = bird.channels(WORKSPACE).try_collect().await.unwrap();
    assert_eq!(channels.iter().map(|info| info.id).collect::<Vec<_>>(), [1, 2, 3, 4, 5].map(channel));
    let targets: Vec<String> = server.arrived().into_iter().map(|request| request.target).collect();
    let list = format!("/workspaces/{WORKSPACE}/channels?limit=100");
    assert_eq!(targets, [list.clone(), format!("{list}&pageToken=a%2Fb+c%26d%3D1")]);
    assert!(server.arrived().iter().all(|request| request.method == "GET" && request.body.is_empty()));
}

#[tokio::test]
async fn a_page_is_asked_for_when_it_is_needed() {
    let (server, bird) = two_pages().await;
    let mut channels = pin!(bird.channels(WORKSPACE));
    assert!(server.arrived().is_empty());
    assert_eq!(channels.try_next().await.unwrap().unwrap().id, channel(1));
    assert_eq!(channels.try_next().await.unwrap().unwrap().id, channel(2));
    assert_eq!(server.arrived().len(), 1);
}

#[tokio::test]
async fn a_list_that_leads_back_to_itself_ends_with_an_error() {
    let server = Server::start().await;
    server.then(vec![answer(200, r#"{"results":[],"nextPageToken":"again"}"#); 5]);
    let bird = client(&server).build().unwrap();
    let listed: Result<Vec<_>, _> = bird.channels(WORKSPACE).try_collect().await;
    assert!(matches!(listed, Err(BirdError::Unknown { .. })), "{listed:?}");
    assert_eq!(server.arrived().len(), 2);
}

#[tokio::test]
async fn one_channel_is_asked_for_by_its_id() {
    let server = Server::start().await;
    server.then([answer(200, &fixture::json("channels-1.json")["results"][0].to_string())]);
    let info = client(&server).build().unwrap().channel(WORKSPACE, channel(1)).await.unwrap();
    assert_eq!(server.only().target, format!("/workspaces/{WORKSPACE}/channels/{}", channel(1)));
    assert_eq!((info.id, info.platform_id.as_str()), (channel(1), "sms-messagebird"));
    assert_eq!(
        (info.platform, info.name.as_str(), info.identifier.as_deref()),
        (Some(Platform::Sms), "Texts", Some("Acme"))
    );
}

#[tokio::test]
async fn navigators_are_listed() {
    let server = Server::start().await;
    server.then([answer(200, &fixture::text("navigators.json"))]);
    let bird = client(&server).build().unwrap();
    let navigators: Vec<NavigatorInfo> = bird.navigators(WORKSPACE).try_collect().await.unwrap();
    assert_eq!(server.only().target, format!("/workspaces/{WORKSPACE}/navigators?limit=100"));
    assert_eq!(navigators.iter().map(|info| info.id).collect::<Vec<_>>(), [1, 2].map(navigator));
    assert_eq!((navigators[0].use_case.as_deref(), navigators[1].name.as_deref()), (Some("otp"), None));
}

#[tokio::test]
async fn a_directory_is_filled_with_what_can_send_and_says_what_it_left_out() {
    let (_server, bird) = two_pages().await;
    let transport = Arc::new(bird.transport(WORKSPACE, messages()));
    let make = |info: &ChannelInfo, platform| (info.name != "Chats").then(|| Channel::new(platform, transport.clone()));
    let filled = bird.import_directory(Directory::new(), WORKSPACE, make).await.unwrap();
    filled.directory.check().unwrap();
    assert_eq!(filled.added.iter().map(|info| info.id).collect::<Vec<_>>(), [1, 3].map(channel));
    assert_eq!(
        filled.left_out.iter().map(|(info, why)| (info.id, *why)).collect::<Vec<_>>(),
        [
            (channel(2), SkipReason::ByHost),
            (channel(4), SkipReason::UnknownPlatform),
            (channel(5), SkipReason::NotActive)
        ]
    );
}

#[test]
fn a_platform_is_told_by_pattern_unless_the_host_knows_better() {
    let custom = CustomPlatform::new("bots", AddressKind::Phone, TemplateRule::Optional).unwrap();
    let bots = Platform::Custom(Arc::new(custom));
    let platforms = Platforms::new().with_platform("telegram", bots.clone()).without_platform("sms-archive");
    for (id, platform) in [
        ("sms-messagebird", Some(Platform::Sms)),
        ("SMS", Some(Platform::Sms)),
        ("WhatsApp", Some(Platform::WhatsApp)),
        ("email-messagebird", Some(Platform::Email)),
        ("mail", Some(Platform::Email)),
        ("telegram", Some(bots)),
        ("sms-archive", None),
        ("line", None),
        ("", None),
    ] {
        assert_eq!(platforms.platform(id), platform, "{id}");
    }
}

proptest! {
    #[test]
    fn no_answer_makes_a_reader_panic(body in proptest::collection::vec(any::<u8>(), 0..100)) {
        prop_assert!(ChannelInfo::parse(&body, &Platforms::new()).is_none());
        prop_assert!(NavigatorInfo::parse_page(&body).is_none());
    }

    #[test]
    fn an_entry_needs_an_id_and_nothing_else(name in ".*", status in any::<Option<bool>>(), id in any::<u128>()) {
        let id = uuid::Uuid::from_u128(id).to_string();
        let entry = serde_json::json!({ "id": id, "name": name, "status": status });
        let body = serde_json::json!({ "results": [entry, { "name": name }, 7] });
        let page = ChannelInfo::parse_page(body.to_string().as_bytes(), &Platforms::new()).unwrap();
        prop_assert_eq!(page.next, None);
        prop_assert_eq!(page.entries.len(), 1);
        prop_assert_eq!(page.entries[0].id.to_string(), id);
        prop_assert_eq!(&page.entries[0].name, &name);
    }
}
