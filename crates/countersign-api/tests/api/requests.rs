//! Bodies that clients send: every fault at once, under its path, in words of what to do.

use std::collections::BTreeMap;

use countersign::{Recipient, RequestedStep, StartRequest, StepIndex};
use countersign_api::{CheckRequest, InvalidRequest, StartBody, StepBody};
use countersign_testkit::fixtures::{channel, email, full_template, navigator, phone};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::service::{Service, WORKSPACE};

fn start(body: &Value) -> Result<StartBody, InvalidRequest> {
    StartBody::from_json(body.to_string().as_bytes())
}

fn faults<T: std::fmt::Debug>(read: Result<T, InvalidRequest>) -> BTreeMap<String, String> {
    let invalid = read.unwrap_err();
    let join = |sentences: &mut dyn Iterator<Item = &str>| sentences.collect::<Vec<_>>().join("; ");
    invalid.faults().map(|(path, mut sentences)| (path.to_owned(), join(&mut sentences))).collect()
}

fn full() -> Value {
    json!({
        "identifier": { "phonenumber": "+31612345678", "emailaddress": "ann@example.com" },
        "locale": "nl-NL", "maxAttempts": 5, "timeout": 300, "codeLength": 8,
        "steps": [
            { "channelId": channel(1) },
            { "navigatorId": navigator(1) },
            { "channelId": channel(2), "template": {
                "name": "otp", "projectId": "a1405560-c8d3-4b1a-877d-3f449ad95352", "version": "latest", "locale": "nl",
                "attachments": [{ "mediaUrl": "https://example.com", "filename": "a", "inline": true }],
                "shortLinks": { "enabled": true, "domain": "example.com" },
                "variables": { "default": "x", "more": "y" },
                "utmParameters": [{ "key": "k", "value": "v" }],
                "parameters": [{ "type": "string", "key": "k", "value": "v" }],
                "settings": { "useMmLite": true }
            } }
        ]
    })
}

#[test]
fn a_full_start_is_read_and_written_unchanged() {
    assert_eq!(json!(start(&full()).unwrap()), full());
    assert_eq!(json!(serde_json::from_value::<StartBody>(full()).unwrap()), full());
}

#[test]
fn what_a_start_does_not_say_is_absent() {
    let least = json!({ "identifier": { "phonenumber": "+31612345678" }, "steps": [{ "channelId": channel(1) }] });
    assert_eq!(json!(start(&least).unwrap()), least);
    let built = StartRequest::new("+31612345678".parse::<countersign::PhoneNumber>().unwrap()).step(channel(1));
    assert_eq!(json!(StartBody::try_from(built).unwrap()), least);
}

#[test]
fn a_step_that_may_be_left_out_is_no_step_of_the_wire() {
    let request =
        StartRequest::new(phone()).step(channel(1)).step_if_reachable(channel(2)).step_if_reachable(channel(3));
    let told = faults(StartBody::try_from(request));
    assert_eq!(told.keys().collect::<Vec<_>>(), [".steps[1]", ".steps[2]"]);
}

#[test]
fn every_fault_of_a_start_is_told_at_once_by_its_path() {
    let told = faults(start(&json!({
        "identifier": { "phonenumber": "+999", "emailaddress": "nobody" },
        "locale": "nl_NL", "maxAttempts": 0, "timeout": 1e30, "codeLength": -6, "color": "red",
        "steps": [
            { "channelId": "7" },
            { "navigatorId": 7, "extra": 1 },
            { "channelId": channel(1), "navigatorId": navigator(1) },
            {},
            [],
            { "channelId": channel(1), "template": {
                "name": 1, "projectId": "x", "variables": { "a": 1 },
                "parameters": [{ "kind": "x" }], "settings": [] } }
        ]
    })));
    let paths: Vec<_> = told.keys().map(String::as_str).collect();
    assert_eq!(
        paths,
        [
            ".",
            ".codeLength",
            ".identifier.emailaddress",
            ".identifier.phonenumber",
            ".locale",
            ".maxAttempts",
            ".steps[0].channelId",
            ".steps[1]",
            ".steps[1].navigatorId",
            ".steps[2]",
            ".steps[3]",
            ".steps[4]",
            ".steps[5].template.name",
            ".steps[5].template.parameters[0]",
            ".steps[5].template.projectId",
            ".steps[5].template.settings",
            ".steps[5].template.variables.*",
            ".timeout",
        ]
    );
    assert_eq!(told["."], "property \"color\" is unsupported");
    assert_eq!(told[".codeLength"], "codeLength must be from 6 to 12");
    assert_eq!(told[".timeout"], "value must be an integer");
    assert_eq!(told[".steps[0].channelId"], "not a UUID: write 32 hexadecimal digits in groups of 8-4-4-4-12");
    assert_eq!(told[".steps[2]"], "a step takes a channelId or a navigatorId, not both: drop one");
    assert_eq!(told[".steps[4]"], "value must be an object");
}

#[test]
fn a_number_out_of_range_is_reported_with_its_bounds_under_its_name_on_the_wire() {
    for (name, sentence) in [
        ("maxAttempts", "maxAttempts must be from 1 to 10"),
        ("timeout", "timeout must be from 30 to 3600"),
        ("codeLength", "codeLength must be from 6 to 12"),
    ] {
        for number in [json!(0), json!(-1), json!(70_000)] {
            let mut body = full();
            body[name] = number;
            assert_eq!(faults(start(&body)), [(format!(".{name}"), sentence.to_owned())].into());
        }
    }
}

#[test]
fn a_start_without_anybody_or_anything_to_send_by_says_both() {
    for body in [json!({}), json!({ "identifier": {}, "steps": [] }), json!({ "identifier": null, "steps": null })] {
        assert_eq!(faults(start(&body)).into_keys().collect::<Vec<_>>(), [".identifier", ".steps"]);
    }
}

#[tokio::test]
async fn the_number_of_steps_is_refused_in_the_cores_own_words() {
    let service = Service::new();
    for steps in [0, 17] {
        let steps = vec![json!({ "channelId": channel(1) }); steps];
        let body = json!({ "identifier": { "phonenumber": "+31612345678" }, "steps": steps });
        let read = faults(start(&body));
        let request = (0..steps.len()).fold(StartRequest::new(phone()), |request, _| request.step(channel(1)));
        let refused = service.verifier.start(WORKSPACE, request).await.unwrap_err();
        let of_core: Vec<_> = refused.refused().unwrap().body.faults().collect();
        assert_eq!(of_core, [(".steps", read[".steps"].as_str())]);
    }
}

#[test]
fn bodies_that_are_no_json_objects_are_refused() {
    for body in ["", "{", "nul", "\u{1}", "{\"a\":1}}"] {
        assert_eq!(faults(StartBody::from_json(body.as_bytes()))["."], "value must be JSON", "{body:?}");
    }
    assert_eq!(faults(StartBody::from_json(b"\"\xff\""))["."], "value must be JSON");
    for body in [json!(null), json!([]), json!("x"), json!([{ "phonenumber": "+31612345678" }, []])] {
        assert_eq!(faults(start(&body))["."], "value must be an object");
        assert_eq!(faults(CheckRequest::from_json(body.to_string().as_bytes()))["."], "value must be an object");
        assert_eq!(faults(StepBody::from_json(body.to_string().as_bytes()))["."], "value must be an object");
    }
}

/// Every place of a body, as a JSON pointer.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| places(value, &format!("{at}/{name}"), found)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, value)| places(value, &format!("{at}/{index}"), found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn a_value_of_another_type_is_refused_wherever_it_stands() {
    let mut all = Vec::new();
    places(&full(), "", &mut all);
    for at in all {
        for wrong in
            [json!(7.5), json!(true), json!("secret-text"), json!(["secret-text"]), json!({ "secret-text": 1 })]
        {
            let mut body = full();
            let place = body.pointer_mut(&at).unwrap();
            if std::mem::discriminant(place) == std::mem::discriminant(&wrong) {
                continue;
            }
            *place = wrong.clone();
            let told = faults(start(&body));
            let pointed: String = at.replace('/', ".");
            let (path, sentence) = told.first_key_value().unwrap();
            let plain = path.replace('[', ".").replace(']', "").replace(".*", "");
            assert!(told.len() == 1 && (pointed.starts_with(&plain) || path == "."), "{at} {wrong}: {told:?}");
            assert!(!sentence.contains("secret-text"), "{told:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn faults_repeat_nothing_that_was_submitted(secret in "[a-z]{3}ANNA[ 0-9\"<@:.-]{1,3}[a-z]{8}") {
        let body = json!({
            "identifier": { "phonenumber": secret, "emailaddress": format!("{secret}@") },
            "locale": secret, "maxAttempts": secret, &secret: 1,
            "steps": [{ "channelId": secret, "template": { "projectId": secret, "variables": { &secret: 1 } } }],
        });
        let told = start(&body).unwrap_err();
        prop_assert!(!told.to_string().contains("ANNA"), "{told}");
        let told = CheckRequest::from_json(json!({ "code": secret }).to_string().as_bytes()).unwrap_err();
        prop_assert!(!told.to_string().contains("ANNA"), "{told}");
    }
}

#[test]
fn a_code_is_read_as_people_type_it_and_written_as_digits() {
    for (sent, digits) in [("123456", "123456"), (" 123-456 ", "123456"), ("١٢٣٤٥٦", "123456")] {
        let request = CheckRequest::from_json(json!({ "code": sent }).to_string().as_bytes()).unwrap();
        assert_eq!(json!(request), json!({ "code": digits }));
        assert!(!format!("{request:?}").contains("123"));
    }
    for sent in [json!({}), json!({ "code": null }), json!({ "code": "" }), json!({ "code": " " })] {
        let told = faults(CheckRequest::from_json(sent.to_string().as_bytes()));
        assert_eq!(told[".code"], "a code is needed: enter the digits of the message");
    }
    let told = faults(CheckRequest::from_json(br#"{"code":123456,"pin":"1"}"#));
    assert_eq!(told[".code"], "value must be a string");
    assert_eq!(told["."], "property \"pin\" is unsupported");
}

#[test]
fn a_step_may_be_named_or_not() {
    for none in ["", "{}", r#"{"stepIndex":null}"#] {
        assert_eq!(StepBody::from_json(none.as_bytes()).unwrap(), StepBody::default());
    }
    let second = StepBody::from(StepIndex::new(1));
    assert_eq!(StepBody::from_json(br#"{"stepIndex":1}"#).unwrap(), second);
    assert_eq!((json!(second), json!(StepBody::default())), (json!({ "stepIndex": 1 }), json!({})));
    for (wrong, sentence) in [
        ("-1", "a plan has at most 16 steps, counted from 0"),
        ("256", "a plan has at most 16 steps, counted from 0"),
        ("1.0", "value must be an integer"),
        ("\"1\"", "value must be an integer"),
    ] {
        let body = format!(r#"{{"stepIndex":{wrong}}}"#);
        assert_eq!(faults(StepBody::from_json(body.as_bytes()))[".stepIndex"], sentence, "{wrong}");
    }
    assert_eq!(faults(StepBody::from_json(br#"{"step":1}"#))["."], "property \"step\" is unsupported");
}

#[tokio::test]
async fn what_a_start_says_is_what_starts() {
    let service = Service::new();
    let step = RequestedStep::from(channel(2)).with_template(full_template());
    let request = StartRequest::new(Recipient::both(phone(), email()))
        .step(step)
        .locale("pl".parse().unwrap())
        .max_attempts("7".parse().unwrap())
        .timeout("90".parse().unwrap())
        .code_length("9".parse().unwrap());
    let read: StartRequest = start(&json!(StartBody::try_from(request.clone()).unwrap())).unwrap().into();
    assert_eq!(read, request);
    let by_core = service.engine.start(WORKSPACE, read).await.unwrap();
    let limits = by_core.limits();
    assert_eq!((limits.max_attempts.get(), limits.timeout.as_secs(), limits.code_length.get()), (7, 90, 9));
    assert_eq!((by_core.locale().as_str(), by_core.steps()[0].template()), ("pl", Some(&full_template())));
    let record = service.verifier.start(WORKSPACE, request).await.unwrap();
    assert_eq!((record.locale.as_str(), record.timeout, record.code_length), ("pl", 90, 9));
    assert_eq!(record.steps[0].template.as_ref().unwrap().template(), Some(full_template()));
}

#[test]
fn a_property_given_twice_is_refused_at_any_depth_however_it_is_spelled() {
    for body in [
        r#"{"code":"123456","code":"123456"}"#,
        r#"{"code":"123456","\u0063ode":"654321"}"#,
        r#"{"code":{"a":1,"a":1}}"#,
        r#"{"code":[[{"a":1,"a":1}]]}"#,
    ] {
        let told = faults(CheckRequest::from_json(body.as_bytes()));
        assert_eq!(told, [(".".to_owned(), "a property is given twice: give each once".to_owned())].into());
    }
}

#[test]
fn bodies_are_read_to_sixteen_levels_and_four_thousand_values() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(faults(CheckRequest::from_json(nested(16).as_bytes()))["."], "value must be an object");
    assert!(faults(CheckRequest::from_json(nested(17).as_bytes()))["."].contains("too deeply"));
    let wide = |values: usize| json!(vec![0; values - 1]).to_string();
    assert_eq!(faults(CheckRequest::from_json(wide(4096).as_bytes()))["."], "value must be an object");
    assert!(faults(CheckRequest::from_json(wide(4097).as_bytes()))["."].contains("too many values"));
}

#[test]
fn a_templates_version_is_a_uuid_or_the_latest() {
    let with = |version: &str| {
        let mut body = full();
        body["steps"][2]["template"]["version"] = json!(version);
        start(&body)
    };
    with("latest").unwrap();
    with("a1405560-c8d3-4b1a-877d-3f449ad95352").unwrap();
    for other in ["", "newest", "Latest", "1"] {
        assert_eq!(faults(with(other)).keys().collect::<Vec<_>>(), [".steps[2].template.version"]);
    }
}
