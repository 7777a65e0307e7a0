//! The query of a list.

use countersign::Timestamp;
use countersign::store::{Limit, Order};
use countersign_api::ListQuery;
use proptest::prelude::*;

fn read(pairs: &[(&str, &str)]) -> Result<ListQuery, Vec<String>> {
    ListQuery::from_pairs(pairs.iter().copied())
        .map_err(|invalid| invalid.faults().map(|(path, _)| path.to_owned()).collect())
}

fn queries() -> impl Strategy<Value = ListQuery> {
    let time = || prop::option::of((0..=Timestamp::MAX.as_millis()).prop_map(Timestamp::from_millis));
    let limit = prop::option::of((1_usize..=1000).prop_map(|limit| Limit::new(limit).unwrap()));
    (limit, prop::option::of("[A-Za-z0-9_-]{1,50}"), any::<bool>(), time(), time()).prop_map(
        |(limit, page_token, reverse, start_at, end_at)| {
            let order = if reverse { Order::OldestFirst } else { Order::NewestFirst };
            ListQuery { limit, page_token, order, start_at, end_at }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_query_comes_back_as_it_went_out(query in queries()) {
        let pairs = query.pairs();
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
        prop_assert_eq!(read(&pairs).unwrap(), query);
    }
}

#[test]
fn the_default_is_an_empty_query() {
    assert_eq!(ListQuery::default().pairs(), []);
    let odd = [("reverse", "false"), ("pageToken", ""), ("unknown", "x")];
    assert_eq!(read(&odd).unwrap(), ListQuery::default());
}

#[test]
fn times_of_any_zone_mean_the_same_instant() {
    let query = read(&[("startAt", "2026-01-31T14:00:00+02:00"), ("endAt", "2026-01-31t12:00:00.0009z")]).unwrap();
    assert_eq!(query.start_at, query.end_at);
    assert_eq!(query.start_at.unwrap().to_string(), "2026-01-31T12:00:00.000Z");
}

#[test]
fn every_fault_of_a_query_is_told_by_its_path() {
    let long = "x".repeat(8001);
    let all = [("limit", "0"), ("pageToken", &*long), ("reverse", "yes"), ("startAt", "today"), ("endAt", "")];
    assert_eq!(read(&all).unwrap_err(), [".endAt", ".limit", ".pageToken", ".reverse", ".startAt"]);
    let invalid = ListQuery::from_pairs([("limit", "0")]).unwrap_err();
    assert_eq!(invalid.to_string(), "the request is invalid; .limit: limit must be from 1 to 1000");
    for limit in ["1001", "-1", "", "ten", "1.5"] {
        assert_eq!(read(&[("limit", limit)]).unwrap_err(), [".limit"], "{limit}");
    }
    assert_eq!(read(&[("limit", "1"), ("limit", "1")]).unwrap_err(), [".limit"]);
}

#[test]
fn debug_leaves_the_token_out() {
    let query = ListQuery { page_token: Some("opaque".to_owned()), ..ListQuery::default() };
    assert!(!format!("{query:?}").contains("opaque"));
}
