use countersign::{
    ChannelId, CodeLength, Locale, MaxAttempts, NavigatorId, RequestedStep, Route, StartRequest, Timeout,
};
use serde::ser::{Serialize, Serializer};

use super::StartBody;
use crate::identifier::Identifier;
#[cfg(feature = "openapi")]
use crate::schema::request as wire;
use crate::template::TemplateRecord;

/// The body, with what was not said absent.
#[derive(serde::Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(description = "What to verify, and how."))]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    #[cfg_attr(feature = "openapi", schema(schema_with = wire::identifier))]
    identifier: Identifier,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = wire::locale))]
    locale: Option<&'a Locale>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = wire::max_attempts))]
    max_attempts: Option<MaxAttempts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = wire::timeout))]
    timeout: Option<Timeout>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = wire::code_length))]
    code_length: Option<CodeLength>,
    #[cfg_attr(feature = "openapi", schema(schema_with = wire::steps))]
    steps: Vec<BodyStep>,
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct BodyStep {
    #[serde(skip_serializing_if = "Option::is_none")]
    channel_id: Option<ChannelId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    navigator_id: Option<NavigatorId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<TemplateRecord>,
}

impl Serialize for StartBody {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let StartRequest {
            recipient, steps, locale, max_attempts, timeout, code_length, metadata, purpose, brand, ..
        } = &self.0;
        if metadata.is_some() || purpose.is_some() || brand.is_some() {
            return Err(serde::ser::Error::custom(
                "the wire carries neither metadata nor purpose nor brand: leave them out",
            ));
        }
        let body = Body {
            identifier: recipient.into(),
            locale: locale.as_ref(),
            max_attempts: *max_attempts,
            timeout: *timeout,
            code_length: *code_length,
            steps: steps.iter().map(BodyStep::of).collect(),
        };
        body.serialize(serializer)
    }
}

impl BodyStep {
    fn of(step: &RequestedStep) -> Self {
        let RequestedStep { route, template, .. } = step;
        let (channel_id, navigator_id) = match route {
            Route::Channel(id) => (Some(*id), None),
            Route::Navigator(id) => (None, Some(*id)),
        };
        Self { channel_id, navigator_id, template: template.as_ref().map(TemplateRecord::from) }
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for StartBody {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        Body::schema()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for StartBody {
    fn name() -> std::borrow::Cow<'static, str> {
        "StartRequest".into()
    }
}
