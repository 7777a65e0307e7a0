use countersign::store::{Limit, Order};
use utoipa::IntoParams;
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::ObjectBuilder;

use super::values::{flag, text, time, whole};
use crate::query::ListQuery;

impl IntoParams for ListQuery {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let limit = whole(Limit::MIN.get(), Limit::MAX.get()).default(Some(Limit::default().get().into()));
        let reverse = flag().default(Some((Order::default() == Order::OldestFirst).into()));
        vec![
            parameter("limit", "At most so many verifications.", limit),
            parameter(
                "pageToken",
                "Where to go on: the `nextPageToken` of the page before. Repeat the `reverse`, `startAt` and `endAt` that \
                 it came from; `limit` may change. An empty one is none.",
                text().max_length(Some(Self::MAX_PAGE_TOKEN)),
            ),
            parameter("reverse", "The oldest first, not the newest.", reverse),
            parameter("startAt", "Only those that were created at this time or later.", time()),
            parameter("endAt", "Only those that were created before this time.", time()),
        ]
    }
}

fn parameter(name: &str, description: &str, schema: ObjectBuilder) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(schema))
        .build()
}
