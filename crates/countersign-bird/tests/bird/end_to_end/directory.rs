//! A directory of what a live workspace has.

use std::sync::Arc;

use countersign::{Channel, ChannelId, Directory, Engine, Navigator, NavigatorId, StartRequest};
use countersign_bird::{BirdError, ChannelInfo, NavigatorInfo, SkipReason};
use countersign_memory::MemoryStore;
use countersign_testkit::bird::{BirdCloud, ScriptedAnswer};
use countersign_testkit::fixtures::{email_address, keyring, phone_number, workspace};
use futures_util::TryStreamExt as _;
use futures_util::future::join_all;

use super::engine_over_bird::patient;
use crate::test_client::messages;

#[tokio::test]
async fn a_directory_filled_from_a_live_workspace_sends_by_each_of_its_channels() {
    let bird = BirdCloud::start(1);
    // More than one page of them.
    let texts: Vec<_> = (0..120).map(|_| bird.add_channel("sms-messagebird", "Acme")).collect();
    let mail = bird.add_channel("email-messagebird", "acme.example");
    let unknown = bird.add_channel("line-official", "Acme");
    let off = bird.add_channel("sms-old", "Acme");
    bird.deactivate(off);
    let navigators = ["OTP", "Transactional"].map(|kind| bird.add_navigator(kind));

    let client = patient(&bird).build().unwrap();
    let at_bird = bird.workspace_id();
    let transport = Arc::new(client.transport(at_bird, messages()));
    let make = |_: &ChannelInfo, platform| Some(Channel::new(platform, transport.clone()));
    let filled = client.import_directory(Directory::new(), at_bird, make).await.unwrap();
    let added: Vec<_> = filled.added.iter().map(|info| *info.id.as_uuid()).collect();
    assert_eq!(added, [&texts[..], &[mail]].concat());
    let left_out: Vec<_> = filled.left_out.iter().map(|(info, why)| (*info.id.as_uuid(), *why)).collect();
    assert_eq!(left_out, [(unknown, SkipReason::UnknownPlatform), (off, SkipReason::NotActive)]);
    assert_eq!(bird.requests().len(), 2, "a hundred a page");

    let listed: Vec<NavigatorInfo> = client.navigators(at_bird).try_collect().await.unwrap();
    assert_eq!(listed.iter().map(|info| *info.id.as_uuid()).collect::<Vec<_>>(), navigators);
    let otp = listed.iter().find(|info| info.use_case.as_deref() == Some("OTP")).unwrap().id;
    let by_bird = Channel::new(countersign::Platform::Sms, transport.clone());
    let directory = filled.directory.navigator(otp, Navigator::chosen_by_provider(by_bird));
    let engine = Engine::builder(Arc::new(MemoryStore::new()), keyring()).directory(directory).build().unwrap();
    for channel in [texts[0], texts[119], mail] {
        let request = StartRequest::new((phone_number(7), email_address(7))).step(ChannelId::new(channel));
        engine.start(workspace(1), request).await.unwrap();
        assert_eq!(bird.messages().last().unwrap().channel(), channel);
    }
    let request = StartRequest::new(phone_number(7)).step(NavigatorId::new(navigators[0]));
    engine.start(workspace(1), request).await.unwrap();
    assert_eq!(bird.messages().last().unwrap().navigator(), Some(navigators[0]));
}

#[tokio::test]
async fn a_client_keeps_to_its_rate_so_that_bird_refuses_nothing() {
    for (rate, keeps) in [(10_000, false), (40, true)] {
        let bird = BirdCloud::start(4);
        let id = ChannelId::new(bird.add_channel("sms", "Acme"));
        bird.limit_rates();
        let client = patient(&bird).get_rate(rate).retries(0).build().unwrap();
        let read = join_all((0..55).map(|_| client.channel(bird.workspace_id(), id))).await;
        let refused = read.iter().filter(|read| read.is_err()).count();
        assert_eq!(refused == 0, keeps, "{rate} a second: {refused}");
    }
}

#[tokio::test]
async fn one_channel_is_told_by_its_id_and_an_unknown_one_is_refused() {
    let bird = BirdCloud::start(2);
    let id = bird.add_channel("whatsapp", "Acme");
    let client = patient(&bird).build().unwrap();
    let info = client.channel(bird.workspace_id(), ChannelId::new(id)).await.unwrap();
    assert!(info.is_active());
    assert_eq!(info.platform, Some(countersign::Platform::WhatsApp));
    let unknown = client.channel(bird.workspace_id(), ChannelId::new(bird.workspace())).await.unwrap_err();
    assert!(matches!(&unknown, BirdError::Refused(answer) if answer.status() == 404), "{unknown:?}");
    assert!(unknown.request_id().is_some());
    let elsewhere = client.channel(workspace(1), ChannelId::new(id)).await.unwrap_err();
    assert!(matches!(&elsewhere, BirdError::Refused(answer) if answer.status() == 404), "{elsewhere:?}");
}

#[tokio::test]
async fn a_list_that_breaks_off_is_asked_for_again() {
    let bird = BirdCloud::start(3);
    let id = bird.add_channel("sms", "Acme");
    bird.script_read(ScriptedAnswer::Status(429))
        .script_read(ScriptedAnswer::Reset(countersign_testkit::bird::Taken::Lost));
    let client = patient(&bird).build().unwrap();
    let channels: Vec<ChannelInfo> = client.channels(bird.workspace_id()).try_collect().await.unwrap();
    assert_eq!(channels.iter().map(|info| *info.id.as_uuid()).collect::<Vec<_>>(), [id]);
    assert_eq!(bird.requests().len(), 3);
}
