use crate::address::Recipient;
use crate::brand::Brand;
use crate::code::CodeLength;
use crate::locale::Locale;
use crate::metadata::Metadata;
use crate::plan::RequestedStep;
use crate::policy::{Limits, MaxAttempts, Timeout};
use crate::purpose::Purpose;

/// A request to start a verification: whom to reach, over which steps, in which language, within which limits.
///
/// What is `None` is left to whoever starts it: an [`Engine`](crate::Engine) takes the defaults of [`Limits`], and the
/// language of the phone number's country.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StartRequest {
    /// The person to reach.
    pub recipient: Recipient,
    /// The plan in failover order; at least one step.
    pub steps: Vec<RequestedStep>,
    /// The language of the messages.
    pub locale: Option<Locale>,
    /// The number of wrong codes before it fails.
    pub max_attempts: Option<MaxAttempts>,
    /// The time before it expires.
    pub timeout: Option<Timeout>,
    /// The number of digits of its code.
    pub code_length: Option<CodeLength>,
    /// What the host keeps with the verification.
    pub metadata: Option<Metadata>,
    /// What the verification is for.
    pub purpose: Option<Purpose>,
    /// The brand that its messages speak for in place of their channel's.
    pub brand: Option<Brand>,
}

impl StartRequest {
    /// Creates a request without steps; it needs at least one.
    #[must_use]
    pub fn new(recipient: impl Into<Recipient>) -> Self {
        Self {
            recipient: recipient.into(),
            steps: Vec::new(),
            locale: None,
            max_attempts: None,
            timeout: None,
            code_length: None,
            metadata: None,
            purpose: None,
            brand: None,
        }
    }

    /// Appends a step to the plan.
    #[must_use]
    pub fn step(mut self, step: impl Into<RequestedStep>) -> Self {
        self.steps.push(step.into());
        self
    }

    /// Adds a step that is left out when it cannot reach the recipient: they lack the address that its platform sends to,
    /// or no channel of its navigator serves them.
    ///
    /// Other faults of the step are still refused. A plan of which no step is left is refused
    /// ([`PlanFaultKind::NoReachableStep`](crate::PlanFaultKind::NoReachableStep)).
    ///
    /// ```
    /// # use countersign::{ChannelId, PhoneNumber, Recipient, StartRequest};
    /// # fn demo(recipient: Recipient, sms: ChannelId, email: ChannelId) {
    /// // By SMS, then by email, as far as both addresses are known.
    /// let request = StartRequest::new(recipient).step_if_reachable(sms).step_if_reachable(email);
    /// # }
    /// ```
    #[must_use]
    pub fn step_if_reachable(self, step: impl Into<RequestedStep>) -> Self {
        self.step(step.into().if_reachable())
    }

    /// Sets the language of the messages: that of the phone number's country by default, else American English.
    #[must_use]
    pub fn locale(mut self, locale: Locale) -> Self {
        self.locale = Some(locale);
        self
    }

    /// Sets how many wrong codes it takes before it fails.
    #[must_use]
    pub const fn max_attempts(mut self, max_attempts: MaxAttempts) -> Self {
        self.max_attempts = Some(max_attempts);
        self
    }

    /// Sets how long it lives.
    #[must_use]
    pub const fn timeout(mut self, timeout: Timeout) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets how many digits its code has.
    #[must_use]
    pub const fn code_length(mut self, code_length: CodeLength) -> Self {
        self.code_length = Some(code_length);
        self
    }

    /// Sets what the host keeps with the verification.
    #[must_use]
    pub fn metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = Some(metadata);
        self
    }

    /// Sets what the verification is for: [`check_for`](crate::Engine::check_for) can then name it.
    #[must_use]
    pub fn purpose(mut self, purpose: Purpose) -> Self {
        self.purpose = Some(purpose);
        self
    }

    /// Sets the brand that its messages speak for in place of their channel's. A plan with an SMS step refuses one that is
    /// too long for it ([`Brand::fits_sms`]).
    #[must_use]
    pub fn brand(mut self, brand: Brand) -> Self {
        self.brand = Some(brand);
        self
    }

    /// Sets all three limits.
    #[must_use]
    pub const fn limits(self, limits: Limits) -> Self {
        self.max_attempts(limits.max_attempts).timeout(limits.timeout).code_length(limits.code_length)
    }

    /// The limits of the verification, with the defaults in place of what was not asked for.
    pub(super) fn effective_limits(&self) -> Limits {
        Limits {
            max_attempts: self.max_attempts.unwrap_or_default(),
            timeout: self.timeout.unwrap_or_default(),
            code_length: self.code_length.unwrap_or_default(),
        }
    }
}
