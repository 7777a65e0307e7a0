use clap::ValueEnum;
use countersign::{ChannelId, Platform, Recipient, RequestedStep, Template};
use uuid::Uuid;

/// The ways to send that this program sets up, each with one channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Way {
    Whatsapp,
    Sms,
    Email,
}

impl Way {
    pub(crate) const ALL: [Self; 3] = [Self::Whatsapp, Self::Sms, Self::Email];

    /// Yours come from your configuration: a channel's id says which sender account to use.
    pub(crate) const fn channel(self) -> ChannelId {
        ChannelId::new(Uuid::from_u128(match self {
            Self::Whatsapp => 0xc0de_0000_0000_4000_8000_0000_0000_0001,
            Self::Sms => 0xc0de_0000_0000_4000_8000_0000_0000_0002,
            Self::Email => 0xc0de_0000_0000_4000_8000_0000_0000_0003,
        }))
    }

    pub(crate) const fn platform(self) -> Platform {
        match self {
            Self::Whatsapp => Platform::WhatsApp,
            Self::Sms => Platform::Sms,
            Self::Email => Platform::Email,
        }
    }

    /// A step of a plan that sends this way.
    pub(crate) fn step(self) -> RequestedStep {
        let step = RequestedStep::from(self.channel());
        match self {
            // WhatsApp sends nothing to strangers but templates that it has approved.
            Self::Whatsapp => {
                step.with_template(Template { name: Some("one_time_code".into()), ..Template::default() })
            }
            Self::Sms | Self::Email => step,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Whatsapp => "whatsapp",
            Self::Sms => "sms",
            Self::Email => "email",
        }
    }
}

/// Every way that reaches the recipient, WhatsApp before SMS before email.
pub(crate) fn default_for(recipient: &Recipient) -> Vec<Way> {
    Way::ALL.into_iter().filter(|way| recipient.address(way.platform().address_kind()).is_some()).collect()
}

/// Reads `whatsapp, sms`.
pub(crate) fn parse(line: &str) -> Result<Vec<Way>, String> {
    line.split([',', ' ']).filter(|word| !word.is_empty()).map(parse_way).collect()
}

fn parse_way(word: &str) -> Result<Way, String> {
    let known = format(&Way::ALL);
    Way::from_str(word, true).map_err(|_| format!("this program cannot send by `{word}`: choose from {known}"))
}

/// The same as text, for a question.
pub(crate) fn format(plan: &[Way]) -> String {
    plan.iter().map(|way| way.name()).collect::<Vec<_>>().join(",")
}
