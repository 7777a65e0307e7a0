//! The steps of a record's plan.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::bytes::Bytes16;
use super::live::Fault;
use super::template::Template;
use crate::id::{ChannelId, NavigatorId};
use crate::{address, plan, platform};

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Step<T> {
    route: Route,                       // 0
    channel: Option<Bytes16>,           // 1: what a navigator chose
    platform: Platform<T>,              // 2
    template: Option<Box<Template<T>>>, // 3
    delivery_timeout: Option<u32>,      // 4: milliseconds, at least 1
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Route {
    Channel(Bytes16),   // 0
    Navigator(Bytes16), // 1
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
enum Platform<T> {
    Sms,                       // 0
    WhatsApp,                  // 1
    Email,                     // 2
    Custom(CustomPlatform<T>), // 3
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct CustomPlatform<T> {
    name: T,                // 0
    sends_to: AddressKind,  // 1
    template: TemplateRule, // 2
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum AddressKind {
    Phone, // 0
    Email, // 1
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum TemplateRule {
    Required,  // 0
    Optional,  // 1
    Forbidden, // 2
}

impl<'a, T: From<&'a str>> Step<T> {
    pub(super) fn of(live: &'a plan::Step) -> Self {
        let channel = match (live.route(), live.effective_route()) {
            (plan::Route::Navigator(_), plan::Route::Channel(chosen)) => Some(chosen.as_uuid().into()),
            (plan::Route::Channel(_), _) | (plan::Route::Navigator(_), plan::Route::Navigator(_)) => None,
        };
        Self {
            route: match live.route() {
                plan::Route::Channel(id) => Route::Channel(id.as_uuid().into()),
                plan::Route::Navigator(id) => Route::Navigator(id.as_uuid().into()),
            },
            channel,
            platform: Platform::of(live.platform()),
            template: live.template().map(|template| Box::new(Template::of(template))),
            delivery_timeout: live.delivery_timeout().and_then(|timeout| timeout.as_millis().try_into().ok()),
        }
    }
}

impl<T: AsRef<str>> Step<T> {
    pub(super) fn into_live(self) -> Result<plan::Step, Fault> {
        let route = match self.route {
            Route::Channel(id) => plan::Route::Channel(ChannelId::new(id.uuid())),
            Route::Navigator(id) => plan::Route::Navigator(NavigatorId::new(id.uuid())),
        };
        let mut live = plan::Step::new(route, self.platform.into_live()?);
        if let Some(channel) = self.channel {
            live = live.with_channel(ChannelId::new(channel.uuid()));
        }
        if let Some(template) = self.template {
            live = live.with_template(template.into_live());
        }
        match self.delivery_timeout {
            Some(0) => Err("a delivery timeout of nothing"),
            Some(millis) => Ok(live.with_delivery_timeout(Duration::from_millis(millis.into()))),
            None => Ok(live),
        }
    }
}

impl<'a, T: From<&'a str>> Platform<T> {
    fn of(live: &'a platform::Platform) -> Self {
        match live {
            platform::Platform::Sms => Self::Sms,
            platform::Platform::WhatsApp => Self::WhatsApp,
            platform::Platform::Email => Self::Email,
            platform::Platform::Custom(custom) => Self::Custom(CustomPlatform {
                name: custom.name().into(),
                sends_to: match custom.address_kind() {
                    address::AddressKind::Phone => AddressKind::Phone,
                    address::AddressKind::Email => AddressKind::Email,
                },
                template: match custom.template_rule() {
                    platform::TemplateRule::Required => TemplateRule::Required,
                    platform::TemplateRule::Optional => TemplateRule::Optional,
                    platform::TemplateRule::Forbidden => TemplateRule::Forbidden,
                },
            }),
        }
    }
}

impl<T: AsRef<str>> Platform<T> {
    fn into_live(self) -> Result<platform::Platform, Fault> {
        let custom = match self {
            Self::Sms => return Ok(platform::Platform::Sms),
            Self::WhatsApp => return Ok(platform::Platform::WhatsApp),
            Self::Email => return Ok(platform::Platform::Email),
            Self::Custom(custom) => custom,
        };
        let address_kind = match custom.sends_to {
            AddressKind::Phone => address::AddressKind::Phone,
            AddressKind::Email => address::AddressKind::Email,
        };
        let template_rule = match custom.template {
            TemplateRule::Required => platform::TemplateRule::Required,
            TemplateRule::Optional => platform::TemplateRule::Optional,
            TemplateRule::Forbidden => platform::TemplateRule::Forbidden,
        };
        platform::CustomPlatform::new(custom.name.as_ref(), address_kind, template_rule)
            .map(platform::Platform::from)
            .map_err(|_| "a malformed name of a platform")
    }
}
