use std::time::Duration;

use arbitrary::Arbitrary;
use countersign::{
    AddressKind, Brand, ChannelId, Code, CodeLength, CustomPlatform, Dispatch, EmailAddress, Entropy, EntropyError,
    HostData, Identity, KeyId, Keyring, Limits, Locale, MaxAttempts, Metadata, NavigatorId, PhoneNumber, Plan,
    Platform, Policy, Purpose, Recipient, Route, SendMode, Start, Step, SubmittedCode, Template, TemplateRule, Timeout,
    Timestamp, Transition, Verification, WorkspaceId,
};
use uuid::Uuid;

/// The keys that every input runs under: making them costs more than a hundred operations.
#[derive(Debug)]
pub struct Keyrings {
    /// The ring that signs. Its key has the number 1.
    pub keyring: Keyring,
    /// A ring that has lost the key.
    pub other_keyring: Keyring,
}

impl Keyrings {
    /// The same keyrings in every run.
    #[must_use]
    pub fn new() -> Self {
        Self { keyring: keyring(1, 89), other_keyring: keyring(2, 7) }
    }
}

impl Default for Keyrings {
    fn default() -> Self {
        Self::new()
    }
}

fn keyring(id: u32, offset: u8) -> Keyring {
    let secret: Vec<u8> = (0_u8..32).map(|place| place.wrapping_mul(151).wrapping_add(offset)).collect();
    Keyring::new(KeyId::new(id), countersign::KeySecret::from_bytes(&secret).expect("32 different bytes"))
}

/// How a verification starts; numbers out of bounds are brought into them.
#[derive(Debug, Clone, Arbitrary)]
pub struct Beginning {
    random: [u8; 26],
    at: u64,
    recipient: Reachable,
    steps: Vec<Way>,
    max_attempts: u8,
    timeout: u16,
    code_length: u8,
    cooldown: Span,
    lease: Span,
    retry_delay: Span,
    message_cap: u8,
    unknown_retries: u8,
    patience: Span,
    deferred: bool,
    metadata: Option<Vec<String>>,
    purpose: Option<String>,
    brand: Option<String>,
}

#[derive(Debug, Clone, Copy, Arbitrary)]
enum Reachable {
    Phone,
    Email,
    Both,
}

#[derive(Debug, Clone, Arbitrary)]
struct Way {
    platform: Means,
    navigator: bool,
    delivery_timeout: Option<Span>,
}

#[derive(Debug, Clone, Copy, Arbitrary)]
enum Means {
    Sms,
    WhatsApp,
    Email,
    Voice,
    Pigeon,
}

impl Beginning {
    /// Starts the verification; none when its plan cannot reach the recipient.
    #[must_use]
    pub fn start(self, keyrings: &Keyrings) -> Option<(Transition, Timestamp)> {
        let phone = PhoneNumber::parse("+31612345678").expect("a number of the numbering plan");
        let email = EmailAddress::parse("a.person@example.com").expect("a plain address");
        let recipient = match self.recipient {
            Reachable::Phone => Recipient::phone(phone),
            Reachable::Email => Recipient::email(email),
            Reachable::Both => Recipient::both(phone, email),
        };
        let host_data = self.host_data();
        let steps = self.steps.into_iter().map(Way::step).collect();
        let plan = Plan::new(steps, &recipient).ok()?;
        let limits = Limits {
            max_attempts: MaxAttempts::new(self.max_attempts % 10 + 1).expect("within bounds"),
            timeout: Timeout::from_secs(self.timeout % 3571 + 30).expect("within bounds"),
            code_length: CodeLength::new(self.code_length % 7 + 6).expect("within bounds"),
        };
        let policy = Policy::default()
            .with_resend_cooldown(self.cooldown.duration())
            .with_send_lease(self.lease.duration())
            .with_retry_delay(self.retry_delay.duration())
            .with_message_cap(self.message_cap)
            .with_unknown_retries(self.unknown_retries)
            .with_patience(self.patience.duration())
            .with_send_mode(if self.deferred { SendMode::Deferred } else { SendMode::Inline });
        let now = Timestamp::from_millis(self.at % (Timestamp::MAX.as_millis() + 1));
        let start = Start {
            workspace: WorkspaceId::new(Uuid::from_u128(1)),
            locale: Locale::default(),
            recipient,
            plan,
            limits,
            policy,
            host_data,
        };
        let transition = Verification::start(start, &keyrings.keyring, &Drawn(self.random), now).expect("26 bytes");
        Some((transition, now))
    }
}

impl Beginning {
    /// What the host attaches, as far as the input has a form that is taken.
    fn host_data(&self) -> HostData {
        let metadata = self.metadata.as_ref().and_then(|values| {
            let object = (0..).map(|key: usize| key.to_string()).zip(values.iter().map(|value| value.as_str().into()));
            Metadata::new(&object.collect()).ok()
        });
        let purpose = self.purpose.as_deref().and_then(|text| Purpose::parse(text).ok());
        let brand = self.brand.as_deref().and_then(|text| Brand::parse(text).ok());
        HostData::new(metadata, purpose, brand)
    }
}

impl Way {
    fn step(self) -> Step {
        let route = if self.navigator {
            Route::Navigator(NavigatorId::new(Uuid::from_u128(2)))
        } else {
            Route::Channel(ChannelId::new(Uuid::from_u128(3)))
        };
        let step = match self.platform {
            Means::Sms => Step::new(route, Platform::Sms),
            Means::WhatsApp => Step::new(route, Platform::WhatsApp).with_template(Template::default()),
            Means::Email => Step::new(route, Platform::Email),
            Means::Voice => Step::new(route, custom("voice", AddressKind::Phone)),
            Means::Pigeon => Step::new(route, custom("pigeon", AddressKind::Email)),
        };
        match self.delivery_timeout {
            Some(timeout) => step.with_delivery_timeout(timeout.duration()),
            None => step,
        }
    }
}

fn custom(name: &str, address_kind: AddressKind) -> Platform {
    Platform::Custom(CustomPlatform::new(name, address_kind, TemplateRule::Optional).expect("a name for logs").into())
}

/// Milliseconds: often few enough to matter within the hour that a verification lives, sometimes any number.
#[derive(Debug, Clone, Copy, Arbitrary)]
enum Span {
    Short(u16),
    Any(u64),
}

impl Span {
    fn duration(self) -> Duration {
        Duration::from_millis(match self {
            Self::Short(millis) => u64::from(millis),
            Self::Any(millis) => millis,
        })
    }
}

/// Entropy that gives what the input said.
#[derive(Debug)]
struct Drawn([u8; 26]);

impl Entropy for Drawn {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        for (to, from) in bytes.iter_mut().zip(self.0) {
            *to = from;
        }
        Ok(())
    }
}

/// One of the record's messages; none when there is no such message, or its key is not in the ring.
pub(crate) fn message(record: &Verification, number: u8, keyrings: &Keyrings) -> Option<Dispatch> {
    Dispatch::new(record, number, &keyrings.keyring, record.created_at(), &Identity::default())
}

/// The code as the person would type it.
pub(crate) fn typed(code: &Code) -> SubmittedCode {
    SubmittedCode::parse(code.expose()).expect("a code can be typed back")
}

/// A code of the same length that is another one.
pub(crate) fn mistyped(code: &Code, place: u8) -> SubmittedCode {
    let mut digits = code.expose().as_bytes().to_vec();
    let place = usize::from(place) % digits.len();
    digits[place] = b'0' + (digits[place] - b'0' + 1) % 10;
    SubmittedCode::parse(std::str::from_utf8(&digits).expect("digits")).expect("digits")
}
