//! Lists page by page.

use std::time::Duration;

use countersign::store::{Limit, Order};
use countersign::{Recipient, RequestedStep, StartRequest, Template};
use countersign_api::{ListQuery, Record, RecordId, RecordPage};
use countersign_testkit::fixtures::{at, channel, phone};
use proptest::prelude::*;

use crate::service::{Service, WORKSPACE};

/// Every record of the query in its pages' order; between pages, more verifications start.
async fn walk(service: &Service, mut query: ListQuery, limits: &[usize], starts_between: usize) -> Vec<Record> {
    let mut all = Vec::new();
    for limit in limits.iter().cycle() {
        query.limit = Some(Limit::new(*limit).unwrap());
        let page = service.verifier.list(WORKSPACE, &query).await.unwrap();
        assert!(page.results.len() <= *limit);
        all.extend(page.results);
        let Some(token) = page.next_page_token else { break };
        assert!(token.len() <= ListQuery::MAX_PAGE_TOKEN);
        query.page_token = Some(token);
        for _ in 0..starts_between {
            service.clock.advance(Duration::from_secs(1));
            service.started().await;
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pages_neither_repeat_nor_lose_though_more_start_meanwhile(
        pauses in prop::collection::vec(prop_oneof![Just(0_u64), 1..5_u64], 0..30),
        limits in prop::collection::vec(2_usize..9, 1..4),
        oldest_first: bool,
        window in prop::option::of((0_u64..40, 0_u64..40)),
        starts_between in 0_usize..2,
    ) {
        let order = if oldest_first { Order::OldestFirst } else { Order::NewestFirst };
        futures(async {
            let service = Service::new();
            let mut started = Vec::new();
            for pause in pauses {
                service.clock.advance(Duration::from_secs(pause));
                started.push(service.started().await);
            }
            let times = window.map(|(start, end)| (at(start), at(end)));
            let query = ListQuery {
                order,
                start_at: times.map(|(start, _)| start),
                end_at: times.map(|(_, end)| end),
                ..ListQuery::default()
            };
            let within = |record: &Record| {
                times.is_none_or(|(start, end)| start <= record.created_at && record.created_at < end)
            };
            let mut expected: Vec<RecordId> = started.iter().filter(|record| within(record)).map(|r| r.id).collect();
            expected.sort();
            if order == Order::NewestFirst {
                expected.reverse();
            }
            let walked = walk(&service, query, &limits, starts_between).await;
            assert!(walked.iter().all(within));
            let mut ids: Vec<_> = walked.iter().map(|record| record.id).collect();
            let seen = ids.len();
            ids.retain(|id| expected.contains(id));
            assert_eq!(ids, expected);
            ids = walked.iter().map(|record| record.id).collect();
            ids.sort();
            ids.dedup();
            assert_eq!(ids.len(), seen, "a record came twice");
        });
    }
}

fn futures(work: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work);
}

#[tokio::test]
async fn a_list_gives_ten_newest_first_unless_asked_otherwise() {
    let service = Service::new();
    for _ in 0..11 {
        service.clock.advance(Duration::from_secs(1));
        service.started().await;
    }
    let page = service.verifier.list(WORKSPACE, &ListQuery::default()).await.unwrap();
    assert_eq!(page.results.len(), 10);
    assert!(page.results.is_sorted_by(|one, other| one.created_at > other.created_at));
    let rest = ListQuery { page_token: page.next_page_token, ..ListQuery::default() };
    let page = service.verifier.list(WORKSPACE, &rest).await.unwrap();
    assert_eq!((page.results.len(), page.next_page_token), (1, None));
}

/// A start whose record has a template of that many bytes.
fn large(bytes: usize) -> StartRequest {
    let template = Template { name: Some("n".repeat(bytes)), ..Template::default() };
    StartRequest::new(Recipient::from(phone())).step(RequestedStep::from(channel(2)).with_template(template))
}

fn length(page: &RecordPage) -> usize {
    serde_json::to_vec(&page.results).unwrap().len()
}

#[tokio::test]
async fn a_page_of_large_records_ends_early_with_a_token_and_none_is_lost() {
    for order in [Order::NewestFirst, Order::OldestFirst] {
        let service = Service::new();
        let mut started = Vec::new();
        for number in 0..120 {
            // Small ones first, so that how many are likely to fit is guessed wrong.
            let request = if number % 60 < 30 { large(10) } else { large(8_000) };
            started.push(service.verifier.start(WORKSPACE, request).await.unwrap().id);
            service.clock.advance(Duration::from_secs(1));
        }
        if order == Order::NewestFirst {
            started.reverse();
        }
        let mut query = ListQuery { limit: Some(Limit::MAX), order, ..ListQuery::default() };
        let (mut seen, mut pages) = (Vec::new(), 0);
        loop {
            let page = service.verifier.list(WORKSPACE, &query).await.unwrap();
            assert!(length(&page) <= RecordPage::MAX_BYTES + page.results.len() + 2, "{} bytes", length(&page));
            seen.extend(page.results.iter().map(|record| record.id));
            pages += 1;
            query.page_token = page.next_page_token.clone();
            if query.page_token.is_none() {
                break;
            }
            assert!(length(&page) > RecordPage::MAX_BYTES * 3 / 4, "a page is filled: {} bytes", length(&page));
        }
        assert_eq!(seen, started);
        assert!(pages >= 2, "{pages}");
    }
}

#[tokio::test]
async fn a_page_of_small_records_has_as_many_as_asked_for() {
    let service = Service::new();
    for _ in 0..150 {
        service.started().await;
    }
    for limit in [1, 24, 25, 26, 100, 149] {
        let query = ListQuery { limit: Some(Limit::new(limit).unwrap()), ..ListQuery::default() };
        let page = service.verifier.list(WORKSPACE, &query).await.unwrap();
        assert_eq!((page.results.len(), page.next_page_token.is_some()), (limit, true));
    }
    let all = ListQuery { limit: Some(Limit::MAX), ..ListQuery::default() };
    let page = service.verifier.list(WORKSPACE, &all).await.unwrap();
    assert_eq!((page.results.len(), page.next_page_token), (150, None));
}
