//! The bodies that clients send, as an engine reads them: `null` is as good as absent.

use countersign::{CodeLength, MaxAttempts, Plan, Timeout};
use utoipa::openapi::schema::{AnyOfBuilder, ArrayBuilder, ObjectBuilder, OneOfBuilder};
use utoipa::openapi::{Ref, RefOr, Schema};

use super::values::{email, language, null, or_null, phone, text, told, uuid, whole};

/// What a step of a start is called.
pub(super) const STEP: &str = "StartStep";
/// What a template in a step of a start is called.
pub(super) const TEMPLATE: &str = "StartTemplate";

pub(crate) fn identifier() -> RefOr<Schema> {
    let phone = || {
        phone().description(Some(
            "A phone number in E.164. Spaces and the characters - . / ( ) between its digits are passed over, and 00 is \
             as good as +.",
        ))
    };
    let email = || email().description(Some("An email address."));
    let by_phone = ObjectBuilder::new()
        .property("phonenumber", phone())
        .required("phonenumber")
        .property("emailaddress", or_null(email()));
    let by_email = ObjectBuilder::new()
        .property("phonenumber", or_null(phone()))
        .property("emailaddress", email())
        .required("emailaddress");
    let description = "Whom to verify: a phone number, an email address, or both.";
    AnyOfBuilder::new().item(by_phone).item(by_email).description(Some(description)).into()
}

pub(crate) fn locale() -> RefOr<Schema> {
    told(
        or_null(language()),
        "The language of the messages, a BCP 47 tag. Unless given it is that of the phone number's country, and English \
         without one.",
    )
}

pub(crate) fn max_attempts() -> RefOr<Schema> {
    let number = whole(MaxAttempts::MIN.get().into(), MaxAttempts::MAX.get().into());
    let number = number.default(Some(MaxAttempts::default().get().into()));
    told(or_null(number), "How many wrong codes it takes before it fails.")
}

pub(crate) fn timeout() -> RefOr<Schema> {
    let number = whole(Timeout::MIN.as_secs().into(), Timeout::MAX.as_secs().into());
    let number = number.default(Some(Timeout::default().as_secs().into()));
    told(or_null(number), "Seconds until it expires.")
}

pub(crate) fn code_length() -> RefOr<Schema> {
    let number = whole(CodeLength::MIN.get().into(), CodeLength::MAX.get().into());
    let number = number.default(Some(CodeLength::default().get().into()));
    told(or_null(number), "How many digits the code has.")
}

pub(crate) fn steps() -> RefOr<Schema> {
    let steps = ArrayBuilder::new().items(Ref::from_schema_name(STEP)).min_items(Some(1));
    let description = "Ways to reach the person, in the order in which they are tried.";
    steps.max_items(Some(Plan::MAX_STEPS)).description(Some(description)).into()
}

/// A step names a channel or a navigator, never both.
pub(super) fn step() -> RefOr<Schema> {
    let template = || {
        let template = OneOfBuilder::new().item(Ref::from_schema_name(TEMPLATE)).item(null());
        template.description(Some(
            "The provider's template: needed for WhatsApp unless the channel has one of its own, not for text messages, \
             and as you like for email.",
        ))
    };
    let channel = ObjectBuilder::new()
        .title(Some("A step over a channel"))
        .property("channelId", told(uuid(), "The channel to send over."))
        .required("channelId")
        .property("navigatorId", null())
        .property("template", template());
    let navigator = ObjectBuilder::new()
        .title(Some("A step over a navigator"))
        .property("channelId", null())
        .property("navigatorId", told(uuid(), "The navigator that picks the channel."))
        .required("navigatorId")
        .property("template", template());
    OneOfBuilder::new().item(channel).item(navigator).description(Some("One way to reach the person.")).into()
}

pub(crate) fn step_index() -> RefOr<Schema> {
    told(
        or_null(whole(0, Plan::MAX_STEPS - 1)),
        "The step, counted from 0. Unless given, a resend means the current step and a failover the next one.",
    )
}

pub(super) fn check() -> RefOr<Schema> {
    let (fewest, most) = (CodeLength::MIN.get().into(), CodeLength::MAX.get().into());
    let code = text().pattern(Some("^[0-9]+$")).min_length(Some(fewest)).max_length(Some(most));
    let code = told(
        code,
        "The code of the message. Hand on what the person typed: spaces and hyphens in it are dropped, and digits of \
         other scripts are understood.",
    );
    ObjectBuilder::new().property("code", code).required("code").into()
}
