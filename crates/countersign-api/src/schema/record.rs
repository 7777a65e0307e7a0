//! The properties of records, as an engine writes them.

use countersign::{AttemptStatus, CodeLength, MaxAttempts, Plan, StepStatus, Timeout, VerificationStatus};
use utoipa::ToSchema as _;
use utoipa::openapi::{Ref, RefOr, Schema};

use super::values::{email, flag, language, phone, text, told, uuid, whole, word_of, written_time};
use crate::open::WireName;
use crate::template::TemplateRecord;

fn word<S: WireName>(description: &str) -> RefOr<Schema> {
    told(word_of(S::ALL.iter().map(|status| status.word())), description)
}

pub(crate) fn id() -> RefOr<Schema> {
    told(uuid(), "The verification's name, to check, resend, fail over and read it by.")
}

pub(crate) fn locale() -> RefOr<Schema> {
    told(language(), "The language of its messages, a BCP 47 tag.")
}

pub(crate) fn max_attempts() -> RefOr<Schema> {
    let number = whole(MaxAttempts::MIN.get().into(), MaxAttempts::MAX.get().into());
    told(number, "How many wrong codes it takes before it fails.")
}

pub(crate) fn failed_attempts() -> RefOr<Schema> {
    told(whole(0, MaxAttempts::MAX.get().into()), "How many wrong codes there were so far.")
}

pub(crate) fn timeout() -> RefOr<Schema> {
    let number = whole(Timeout::MIN.as_secs().into(), Timeout::MAX.as_secs().into());
    told(number, "Seconds from its start until it expires.")
}

pub(crate) fn code_length() -> RefOr<Schema> {
    let number = whole(CodeLength::MIN.get().into(), CodeLength::MAX.get().into());
    told(number, "How many digits its code has.")
}

pub(crate) fn status() -> RefOr<Schema> {
    word::<VerificationStatus>(
        "Where it stands. `accepted`: no message was handed over yet. `pending`: at least one was. `verified`: the right \
         code came back. `failed`: the checks are used up. `expired`: its time ran out. `canceled`: it was taken back. \
         The last four are final.",
    )
}

pub(crate) fn current_step_index() -> RefOr<Schema> {
    told(whole(0, Plan::MAX_STEPS - 1), "The step that is being tried, counted from 0.")
}

pub(crate) fn created_at() -> RefOr<Schema> {
    told(written_time(), "When it started.")
}

pub(crate) fn updated_at() -> RefOr<Schema> {
    told(written_time(), "When it last changed.")
}

pub(crate) fn expires_at() -> RefOr<Schema> {
    told(written_time(), "From when on it can no longer be verified.")
}

pub(crate) fn phonenumber() -> RefOr<Schema> {
    told(phone(), "The person's phone number, in E.164.")
}

pub(crate) fn emailaddress() -> RefOr<Schema> {
    told(email(), "The person's email address.")
}

pub(crate) fn channel_id() -> RefOr<Schema> {
    told(uuid(), "The channel that the step names, unless it names a navigator.")
}

pub(crate) fn navigator_id() -> RefOr<Schema> {
    told(uuid(), "The navigator that the step names, unless it names a channel.")
}

pub(crate) fn step_identifier() -> RefOr<Schema> {
    told(text(), "The phone number or email address that the step sends to.")
}

pub(crate) fn template() -> RefOr<Schema> {
    Ref::from_schema_name(TemplateRecord::name()).into()
}

pub(crate) fn step_status() -> RefOr<Schema> {
    word::<StepStatus>(
        "Where the step stands. `unused`: nothing was prepared for it. `pending`: a message may yet reach the person. \
         `sent`: a message is with the carrier. `delivered`: a message arrived. `failed`: every message failed. \
         `verified`: its message brought the right code back.",
    )
}

pub(crate) fn message_id() -> RefOr<Schema> {
    told(text(), "What the provider calls the message, as far as known.")
}

pub(crate) fn attempt_status() -> RefOr<Schema> {
    word::<AttemptStatus>(
        "Where the message stands. `prepared`: not known to have left. `accepted`: the provider took it. `sent`: the \
         carrier has it. `delivered`: it arrived. `sending_failed`: it was refused. `delivery_failed`: it left and did \
         not arrive.",
    )
}

pub(crate) fn verified() -> RefOr<Schema> {
    told(flag(), "Whether the right code came back while this was the latest message.")
}

pub(crate) fn sent_at() -> RefOr<Schema> {
    told(written_time(), "When a provider took the message, as far as known.")
}

pub(crate) fn verified_at() -> RefOr<Schema> {
    told(written_time(), "When its code came back.")
}

pub(crate) fn next_page_token() -> RefOr<Schema> {
    told(
        text(),
        "What the next page is asked for by. It is missing on the last page, and means nothing to anybody else.",
    )
}
