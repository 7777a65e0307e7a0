use axum::body::Body;
use axum::http::{HeaderMap, Response};
use countersign_api::{ErrorBody, ErrorCode, ErrorResponse};
use http_body_util::BodyExt as _;

use super::Answer;
use crate::call::request_id::RequestId;

async fn response(answer: Answer) -> (u16, ErrorBody) {
    let response: Response<Body> = answer.into_response(&RequestId::of(&HeaderMap::new()));
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap())
}

#[tokio::test]
async fn every_code_is_answered_with_its_own_status_and_read_back_from_the_body() {
    for code in ErrorCode::ALL {
        let refused = ErrorResponse::new(code.clone(), "what to do");
        let (status, problem) = response(Answer::refused(&refused)).await;
        assert_eq!((status, &problem.code), (code.status(), &code));
    }
}

#[test]
fn the_label_of_a_code_is_one_of_few_whatever_the_code() {
    let labels = |codes: &[ErrorCode]| {
        let answers = codes.iter().map(|code| Answer::refused(&ErrorResponse::new(code.clone(), "")));
        answers.map(|answer| answer.label()).collect::<Vec<_>>()
    };
    let known: Vec<_> = ErrorCode::ALL.iter().map(|code| code.as_str().to_owned()).collect();
    assert_eq!(labels(&ErrorCode::ALL), known);
    assert_eq!(labels(&["Novel".into(), "Newer".into(), "Other".into()]), ["Other"; 3]);
}

#[test]
fn what_is_kept_for_a_repetition_has_its_code_again() {
    let refused = Answer::refused(&ErrorResponse::new(ErrorCode::NoNextStep, "stay"));
    let again = Answer::again(refused.to_keep().unwrap()).unwrap();
    assert_eq!((again.status, again.code), (refused.status, Some(ErrorCode::NoNextStep)));
    let shown = Answer::of(axum::http::StatusCode::OK, &1);
    assert_eq!(Answer::again(shown.to_keep().unwrap()).unwrap().code, None);
}
