//! What Bird takes, and that the code in it is the right one.

use countersign::{AttemptStatus, CheckOutcome, MessageId, NavigatorId, Route, Verification};
use countersign_testkit::bird::ReceivedMessage;
use countersign_testkit::fixtures::{email_address, phone_number};

use super::engine_over_bird::EngineOverBird;

/// The only message that Bird has, after everything that is known of it is as it should be.
async fn only(over_bird: &EngineOverBird, verification: &Verification) -> ReceivedMessage {
    let [message] = &over_bird.bird.messages()[..] else { panic!("one message") };
    assert_eq!(message.reference(), Some(verification.attempt_id(0).to_string().as_str()));
    let attempt = over_bird.now(verification).await.attempts()[0].clone();
    assert_eq!(attempt.status(), AttemptStatus::Accepted);
    assert_eq!(attempt.message_id(), Some(&MessageId::from_uuid(message.id())));
    let requests = over_bird.bird.requests();
    assert!(requests.len() == 1 && requests[0].authorized, "{requests:?}");
    message.clone()
}

async fn verifies(over_bird: &EngineOverBird, verification: &Verification, message: &ReceivedMessage) {
    over_bird.bird.settle().await;
    assert_eq!(over_bird.statuses(verification).await, [AttemptStatus::Delivered]);
    assert!(over_bird.answered().iter().all(|status| *status == Some(200)), "{:?}", over_bird.answered());
    assert_eq!(over_bird.check(verification, message.code().unwrap()).await, CheckOutcome::Verified);
}

#[tokio::test]
async fn the_code_of_a_text_message_verifies() {
    let over_bird = EngineOverBird::new(1).await;
    let verification = over_bird.start(7, &[over_bird.sms]).await;
    let message = only(&over_bird, &verification).await;
    assert_eq!((message.platform(), message.to()), ("sms", phone_number(7).to_e164().as_str()));
    let text = message.text().unwrap();
    assert!(text.contains("Acme") && text.contains(message.code().unwrap()), "{text}");
    assert!(message.html().is_none() && message.template().is_none() && message.sender().is_none());
    verifies(&over_bird, &verification, &message).await;
}

#[tokio::test]
async fn the_code_of_an_email_verifies() {
    let over_bird = EngineOverBird::new(2).await;
    let verification = over_bird.start(7, &[over_bird.email]).await;
    let message = only(&over_bird, &verification).await;
    assert_eq!((message.platform(), message.to()), ("email", email_address(7).as_str()));
    let code = message.code().unwrap();
    for part in [message.html(), message.text()] {
        assert!(part.unwrap().contains(code), "{part:?}");
    }
    assert!(message.subject().unwrap().contains("Acme"));
    verifies(&over_bird, &verification, &message).await;
}

#[tokio::test]
async fn the_code_in_a_whatsapp_template_verifies() {
    let over_bird = EngineOverBird::new(3).await;
    let verification = over_bird.start(7, &[over_bird.whatsapp]).await;
    let message = only(&over_bird, &verification).await;
    assert_eq!((message.platform(), message.to()), ("whatsapp", phone_number(7).to_e164().as_str()));
    assert_eq!(message.template().unwrap()["version"], "latest");
    assert!(message.text().is_none() && message.html().is_none());
    assert_eq!(message.parameter("code"), message.code());
    verifies(&over_bird, &verification, &message).await;
}

#[tokio::test]
async fn the_code_of_a_message_by_a_navigator_verifies() {
    let over_bird = EngineOverBird::new(4).await;
    let verification = over_bird.start(7, &[over_bird.navigator]).await;
    let message = only(&over_bird, &verification).await;
    let chosen_by = message.navigator().map(|id| Route::Navigator(NavigatorId::new(id)));
    assert_eq!((chosen_by, message.platform()), (Some(over_bird.navigator), "sms"));
    verifies(&over_bird, &verification, &message).await;
}

#[tokio::test]
async fn a_resend_carries_the_same_code_under_a_reference_of_its_own() {
    let over_bird = EngineOverBird::new(5).await;
    let verification = over_bird.start(7, &[over_bird.sms]).await;
    over_bird.engine.resend(verification.workspace(), verification.id(), None).await.unwrap();
    let [first, second] = &over_bird.bird.messages()[..] else { panic!("two messages") };
    assert_eq!(first.code(), second.code());
    assert_eq!(over_bird.taken(&verification), [0, 1].map(|number| verification.attempt_id(number).to_string()));
    over_bird.bird.settle().await;
    assert_eq!(over_bird.statuses(&verification).await, [AttemptStatus::Delivered; 2]);
}

#[tokio::test]
async fn a_message_that_bird_refuses_goes_out_by_the_next_step_at_once() {
    let over_bird = EngineOverBird::new(6).await;
    for status in [401, 403, 404, 422] {
        over_bird.bird.fail_posts(1, status);
        let verification = over_bird.start(status.into(), &[over_bird.whatsapp, over_bird.sms]).await;
        let statuses = over_bird.statuses(&verification).await;
        assert_eq!(statuses, [AttemptStatus::SendingFailed, AttemptStatus::Accepted], "{status}");
        let detail = over_bird.now(&verification).await.attempts()[0].failure().unwrap().detail().unwrap().to_owned();
        assert!(detail.starts_with(&status.to_string()) && detail.contains(", request "), "{detail}");
    }
    assert!(over_bird.bird.messages().iter().all(|message| message.platform() == "sms"));
}
