use countersign_testkit::bird::BirdCloud;
use serde_json::json;

use crate::client::Caller;

#[tokio::test]
async fn a_channel_tells_its_platform_and_name() {
    let bird = BirdCloud::start(1);
    let channel = bird.add_channel("sms-messagebird", "Sender");
    let answer = Caller::of(&bird).get(&format!("channels/{channel}")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["id"], json!(channel));
    assert_eq!(answer.body["platformId"], "sms-messagebird");
    assert_eq!((&answer.body["name"], &answer.body["status"]), (&json!("Sender"), &json!("active")));
}

#[tokio::test]
async fn pages_give_each_channel_once_in_either_order_also_when_others_are_added() {
    for reverse in [false, true] {
        let bird = BirdCloud::start(2);
        let caller = Caller::of(&bird);
        let mut all: Vec<_> = (0..23).map(|n| json!(bird.add_channel("sms", &n.to_string()))).collect();
        if reverse {
            all.reverse();
        }
        let (mut walked, mut token) = (Vec::new(), String::new());
        loop {
            let page = caller.get(&format!("channels?limit=5&reverse={reverse}&pageToken={token}")).await;
            assert_eq!(page.status, 200);
            let results = page.body["results"].as_array().expect("a list");
            walked.extend(results.iter().map(|channel| channel["id"].clone()));
            if page.body.get("nextPageToken").is_none() {
                break;
            }
            assert_eq!(results.len(), 5);
            page.body["nextPageToken"].as_str().expect("a token").clone_into(&mut token);
            bird.add_channel("sms", "another");
        }
        assert_eq!(walked[..23], all[..], "those added meanwhile come behind, or not at all");
    }
}

#[tokio::test]
async fn a_list_has_ten_unless_asked_and_its_last_page_may_have_an_empty_token() {
    let bird = BirdCloud::start(3);
    let caller = Caller::of(&bird);
    for number in 0..11 {
        bird.add_navigator(&number.to_string());
    }
    let page = caller.get("navigators").await.body;
    assert_eq!(page["results"].as_array().map(Vec::len), Some(10));
    let token = page["nextPageToken"].as_str().expect("there is one more");
    let last = caller.get(&format!("navigators?pageToken={token}")).await.body;
    assert_eq!(last["results"].as_array().map(Vec::len), Some(1));
    assert_eq!(last["nextPageToken"], "");
    assert!(last["results"][0]["navigatorId"].is_string());
}

#[tokio::test]
async fn a_query_out_of_range_is_refused_with_its_path() {
    let bird = BirdCloud::start(4);
    let caller = Caller::of(&bird);
    let long = "x".repeat(8001);
    for (query, path) in [
        ("limit=0".to_owned(), ".limit"),
        ("limit=1001".to_owned(), ".limit"),
        ("limit=ten".to_owned(), ".limit"),
        ("reverse=yes".to_owned(), ".reverse"),
        ("pageToken=nonsense".to_owned(), ".pageToken"),
        (format!("pageToken={long}"), ".pageToken"),
    ] {
        let answer = caller.get(&format!("channels?{query}")).await;
        assert_eq!(answer.status, 422, "{path}");
        assert!(answer.body["details"][path].is_array(), "{path}");
    }
}

#[tokio::test]
async fn channels_can_be_filtered() {
    let bird = BirdCloud::start(5);
    let caller = Caller::of(&bird);
    let (sms, off) = (bird.add_channel("sms-messagebird", "A"), bird.add_channel("sms-messagebird", "B"));
    bird.add_channel("whatsapp", "C");
    bird.deactivate(off);
    let page = caller.get("channels?platform=sms&status=active").await.body;
    let ids: Vec<_> = page["results"].as_array().expect("a list").iter().map(|channel| &channel["id"]).collect();
    assert_eq!(ids, [&json!(sms)]);
}
