//! Records that are the same in every release: by the machine's own commands, with keys and entropy that are written here.

use std::time::Duration;

use countersign::address::AddressKind;
use countersign::{
    Brand, ChannelId, CodeLength, CustomPlatform, Dispatch, EmailAddress, Entropy, EntropyError, HostData, Identity,
    KeyId, KeySecret, Keyring, Limits, Locale, MaxAttempts, MessageId, Metadata, NavigatorId, PhoneNumber, Plan,
    Platform, Policy, Purpose, Receipt, Recipient, ReportedStatus, Route, SendError, SendMode, SendResult, SendTask,
    Start, Step, StepIndex, SubmittedCode, Template, TemplateRule, Timeout, Timestamp, Verification, WorkspaceId,
};
use countersign_testkit::fixtures::full_template;
use uuid::Uuid;

const BEGUN: Timestamp = Timestamp::from_millis(1_790_000_000_123);

/// Every record of which there is a file, by the file's name.
pub fn records() -> Vec<(&'static str, Verification)> {
    let minimal = started(start(phone(), vec![Step::new(channel(1), Platform::Sms)]));
    let email = started(start(mailbox(), vec![Step::new(channel(3), Platform::Email)]));
    vec![
        ("verified", checked(&minimal, &[false, true])),
        ("failed", checked(&minimal, &[false, false, false])),
        ("expired", minimal.handle_timeout(minimal.expires_at()).unwrap().next),
        ("canceled", minimal.cancel(later(BEGUN, 7)).unwrap().next),
        ("minimal", minimal),
        ("email", email),
        ("full", full()),
    ]
}

fn later(time: Timestamp, seconds: u64) -> Timestamp {
    time.saturating_add(Duration::from_secs(seconds))
}

fn channel(number: u128) -> Route {
    Route::Channel(ChannelId::new(Uuid::from_u128(0xc0 << 120 | number)))
}

fn phone() -> Recipient {
    PhoneNumber::parse("+31612345678").unwrap().into()
}

fn mailbox() -> Recipient {
    EmailAddress::parse("Grace.Hopper+otp@example.com").unwrap().into()
}

fn keyring() -> Keyring {
    let secret: [u8; 32] = std::array::from_fn(|place| place as u8 * 7 + 3);
    Keyring::new(KeyId::new(300), KeySecret::from_bytes(&secret).unwrap())
}

/// The same on every call.
#[derive(Debug)]
struct Fixed;

impl Entropy for Fixed {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        bytes.iter_mut().zip(0_u8..).for_each(|(byte, place)| *byte = place.wrapping_mul(9).wrapping_add(5));
        Ok(())
    }
}

fn start(recipient: Recipient, steps: Vec<Step>) -> Start {
    Start {
        workspace: WorkspaceId::new(Uuid::from_u128(0xa0 << 120 | 1)),
        limits: Limits::default(),
        policy: Policy::default(),
        plan: Plan::new(steps, &recipient).unwrap(),
        recipient,
        locale: Locale::parse("nl-NL").unwrap(),
        host_data: HostData::default(),
    }
}

fn started(start: Start) -> Verification {
    Verification::start(start, &keyring(), &Fixed, BEGUN).unwrap().next
}

/// The record after codes that were wrong, or right.
fn checked(record: &Verification, codes: &[bool]) -> Verification {
    let dispatch = Dispatch::new(record, 0, &keyring(), BEGUN, &Identity::default()).unwrap();
    let digits = dispatch.code().expose();
    let other = if digits.starts_with('9') { '0' } else { '9' };
    let right = SubmittedCode::parse(digits).unwrap();
    let wrong = SubmittedCode::parse(&format!("{other}{}", &digits[1..])).unwrap();
    codes.iter().zip(1..).fold(record.clone(), |record, (is_right, seconds)| {
        let code = if *is_right { &right } else { &wrong };
        record.check(code, &keyring(), later(BEGUN, seconds)).unwrap().next
    })
}

fn custom(name: &str, address_kind: AddressKind, rule: TemplateRule) -> Platform {
    CustomPlatform::new(name, address_kind, rule).unwrap().into()
}

/// A record with every field, and a message in every state.
fn full() -> Verification {
    let navigator = Route::Navigator(NavigatorId::new(Uuid::from_u128(0xd0 << 120 | 1)));
    let chosen = ChannelId::new(Uuid::from_u128(0xc0 << 120 | 9));
    let steps = vec![
        Step::new(navigator, custom("voice", AddressKind::Phone, TemplateRule::Optional))
            .with_channel(chosen)
            .with_delivery_timeout(Duration::from_millis(45_500)),
        Step::new(channel(2), Platform::WhatsApp).with_template(full_template()),
        Step::new(navigator, Platform::Email).with_template(Template::default()),
        Step::new(channel(4), custom("push-2", AddressKind::Email, TemplateRule::Forbidden)),
        Step::new(channel(5), custom("letter", AddressKind::Email, TemplateRule::Required))
            .with_template(Template::default())
            .with_delivery_timeout(Duration::from_secs(3_000)),
        Step::new(channel(1), Platform::Sms),
    ];
    let recipient = Recipient::both(phone().phone_number().unwrap(), mailbox().email_address().unwrap().clone());
    let metadata = Metadata::parse(r#"{"order":17,"who":"Zo\u00eb \ud83d\udd11","empty":{}}"#).unwrap();
    let (purpose, brand) = (Purpose::parse("change of address").unwrap(), Brand::parse("Caf\u{e9}").unwrap());
    let mut life = Life(started(Start {
        limits: Limits {
            max_attempts: MaxAttempts::new(7).unwrap(),
            timeout: Timeout::from_secs(3_600).unwrap(),
            code_length: CodeLength::new(10).unwrap(),
        },
        policy: Policy::default()
            .with_resend_cooldown(Duration::ZERO)
            .with_send_lease(Duration::from_millis(20_001))
            .with_retry_delay(Duration::from_millis(1_500))
            .with_message_cap(50)
            .with_patience(Duration::from_millis(20_500))
            .with_unknown_retries(0)
            .with_send_mode(SendMode::Deferred),
        locale: Locale::parse("zh-Hant-TW").unwrap(),
        host_data: HostData::new(Some(metadata), Some(purpose), Some(brand)),
        ..start(recipient, steps)
    }));
    for step in [1, 1, 2, 3, 4, 4, 4, 1] {
        life.0 = life.0.resend(Some(StepIndex::new(step)), BEGUN).unwrap().next;
    }
    life.timeout(0);
    let detail = |text: &str| Some(text.to_owned());
    let uuid = MessageId::from_uuid(Uuid::from_u128(0xe0 << 120 | 1));
    let text = MessageId::new("<1@mail.example.com>").unwrap();
    life.sent(0, 1, 1, Ok(Receipt::ByReference { message_id: None }));
    life.sent(1, 1, 1, Err(SendError::Refused { detail: detail("131026") }));
    life.sent(2, 1, 1, Err(SendError::NotSent { retry_after: None, detail: None }));
    life.sent(3, 1, 2, Ok(Receipt::ByReference { message_id: Some(uuid.clone()) }));
    life.report(3, 3, ReportedStatus::Sent);
    life.sent(4, 1, 3, Ok(Receipt::ByMessageId { message_id: uuid }));
    life.report(4, 4, ReportedStatus::SendingFailed { detail: detail("no such device \u{1f6ab}") });
    life.sent(5, 1, 4, Ok(Receipt::ByMessageId { message_id: text }));
    life.report(5, 5, ReportedStatus::DeliveryFailed { detail: None });
    life.sent(6, 1, 5, Ok(Receipt::ByReference { message_id: None }));
    life.report(6, 6, ReportedStatus::Delivered);
    life.sent(7, 1, 6, Ok(Receipt::ByReference { message_id: None }));
    life.report(7, 7, ReportedStatus::Sent);
    life.sent(8, 1, 7, Ok(Receipt::ByReference { message_id: None }));
    // The last try of the third message, of which nothing is known.
    life.timeout(8);
    life.sent(2, 2, 9, Err(SendError::Unknown { detail: None }));
    // Silence about the first: the next step takes over.
    life.timeout(48);
    life.0
}

struct Life(Verification);

impl Life {
    fn sent(&mut self, attempt: u8, try_number: u8, seconds: u64, result: SendResult) {
        let task = SendTask { attempt, try_number };
        self.0 = self.0.handle_sent(task, &result, later(BEGUN, seconds)).expect("it was sent just now").next;
    }

    fn report(&mut self, attempt: u8, seconds: u64, status: ReportedStatus) {
        self.0 = self.0.handle_report(attempt, &status, later(BEGUN, seconds)).expect("it is news").next;
    }

    fn timeout(&mut self, seconds: u64) {
        self.0 = self.0.handle_timeout(later(BEGUN, seconds)).expect("something is due").next;
    }
}
