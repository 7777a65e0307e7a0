use chrono::DateTime;
use countersign::Timestamp;
use countersign::store::{Limit, Order, Query};

use super::wire;
use crate::bird::paging::Parameters;
use crate::bird::refusal::Faults;

const LONGEST_TOKEN: usize = 8000;

/// Which page is asked for; newest first, unless reversed.
pub(super) fn query(parameters: &Parameters, faults: &mut Faults) -> Query {
    let given = |name: &str| parameters.get(name).map(String::as_str).filter(|value| !value.is_empty());
    let mut query = Query::default();
    if let Some(limit) = given("limit") {
        match limit.parse().ok().map(Limit::new) {
            Some(Ok(limit)) => query.limit = limit,
            Some(Err(error)) => faults.add(".limit", error.to_string()),
            None => faults.add(".limit", "value must be an integer"),
        }
    }
    match given("reverse") {
        None | Some("false") => {}
        Some("true") => query.order = Order::OldestFirst,
        Some(_) => faults.add(".reverse", "value must be a boolean"),
    }
    for (name, place) in [("startAt", &mut query.start_at), ("endAt", &mut query.end_at)] {
        match given(name).map(DateTime::parse_from_rfc3339) {
            None => {}
            Some(Ok(at)) => *place = Some(Timestamp::from(at.to_utc())),
            Some(Err(_)) => faults.add(&format!(".{name}"), "string doesn't match the format \"date-time\""),
        }
    }
    if let Some(token) = given("pageToken") {
        query.after = Some(token).filter(|token| token.len() <= LONGEST_TOKEN).and_then(wire::behind);
        if query.after.is_none() {
            faults.add(".pageToken", "the token is not valid");
        }
    }
    query
}
