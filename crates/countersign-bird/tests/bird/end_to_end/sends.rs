//! What Bird takes, and that the code in it is the right one.

use countersign::{AttemptStatus, CheckOutcome, MessageId, NavigatorId, Route, Verification};
use countersign_testkit::bird::Message;
use countersign_testkit::fixtures::{email_address, phone_number};

use super::house::House;

/// The only message that Bird has, after everything that is known of it is as it should be.
async fn only(house: &House, verification: &Verification) -> Message {
    let [message] = &house.bird.messages()[..] else { panic!("one message") };
    assert_eq!(message.reference(), Some(verification.attempt_id(0).to_string().as_str()));
    let attempt = house.now(verification).await.attempts()[0].clone();
    assert_eq!(attempt.status(), AttemptStatus::Accepted);
    assert_eq!(attempt.message_id(), Some(&MessageId::from_uuid(message.id())));
    let requests = house.bird.requests();
    assert!(requests.len() == 1 && requests[0].authorized, "{requests:?}");
    message.clone()
}

async fn verifies(house: &House, verification: &Verification, message: &Message) {
    house.bird.settle().await;
    assert_eq!(house.statuses(verification).await, [AttemptStatus::Delivered]);
    assert!(house.answered().iter().all(|status| *status == Some(200)), "{:?}", house.answered());
    assert_eq!(house.check(verification, message.code().unwrap()).await, CheckOutcome::Verified);
}

#[tokio::test]
async fn the_code_of_a_text_message_verifies() {
    let house = House::new(1).await;
    let verification = house.start(7, &[house.sms]).await;
    let message = only(&house, &verification).await;
    assert_eq!((message.platform(), message.to()), ("sms", phone_number(7).e164().as_str()));
    let text = message.text().unwrap();
    assert!(text.contains("Acme") && text.contains(message.code().unwrap()), "{text}");
    assert!(message.html().is_none() && message.template().is_none() && message.sender().is_none());
    verifies(&house, &verification, &message).await;
}

#[tokio::test]
async fn the_code_of_an_email_verifies() {
    let house = House::new(2).await;
    let verification = house.start(7, &[house.email]).await;
    let message = only(&house, &verification).await;
    assert_eq!((message.platform(), message.to()), ("email", email_address(7).as_str()));
    let code = message.code().unwrap();
    for part in [message.html(), message.text()] {
        assert!(part.unwrap().contains(code), "{part:?}");
    }
    assert!(message.subject().unwrap().contains("Acme"));
    verifies(&house, &verification, &message).await;
}

#[tokio::test]
async fn the_code_in_a_whatsapp_template_verifies() {
    let house = House::new(3).await;
    let verification = house.start(7, &[house.whatsapp]).await;
    let message = only(&house, &verification).await;
    assert_eq!((message.platform(), message.to()), ("whatsapp", phone_number(7).e164().as_str()));
    assert_eq!(message.template().unwrap()["version"], "latest");
    assert!(message.text().is_none() && message.html().is_none());
    assert_eq!(message.parameter("code"), message.code());
    verifies(&house, &verification, &message).await;
}

#[tokio::test]
async fn the_code_of_a_message_by_a_navigator_verifies() {
    let house = House::new(4).await;
    let verification = house.start(7, &[house.navigator]).await;
    let message = only(&house, &verification).await;
    let chosen_by = message.navigator().map(|id| Route::Navigator(NavigatorId::new(id)));
    assert_eq!((chosen_by, message.platform()), (Some(house.navigator), "sms"));
    verifies(&house, &verification, &message).await;
}

#[tokio::test]
async fn a_resend_carries_the_same_code_under_a_reference_of_its_own() {
    let house = House::new(5).await;
    let verification = house.start(7, &[house.sms]).await;
    house.engine.resend(verification.workspace(), verification.id(), None).await.unwrap();
    let [first, second] = &house.bird.messages()[..] else { panic!("two messages") };
    assert_eq!(first.code(), second.code());
    assert_eq!(house.taken(&verification), [0, 1].map(|number| verification.attempt_id(number).to_string()));
    house.bird.settle().await;
    assert_eq!(house.statuses(&verification).await, [AttemptStatus::Delivered; 2]);
}

#[tokio::test]
async fn a_message_that_bird_refuses_goes_out_by_the_next_step_at_once() {
    let house = House::new(6).await;
    for status in [401, 403, 404, 422] {
        house.bird.storm(1, status);
        let verification = house.start(status.into(), &[house.whatsapp, house.sms]).await;
        let statuses = house.statuses(&verification).await;
        assert_eq!(statuses, [AttemptStatus::SendingFailed, AttemptStatus::Accepted], "{status}");
        let detail = house.now(&verification).await.attempts()[0].failure().unwrap().detail().unwrap().to_owned();
        assert!(detail.starts_with(&status.to_string()) && detail.contains(", request "), "{detail}");
    }
    assert!(house.bird.messages().iter().all(|message| message.platform() == "sms"));
}
