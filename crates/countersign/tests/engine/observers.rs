//! Observers that come after the engine was built.

use std::sync::Arc;

use countersign_testkit::RecordingObserver;

use crate::watched::{SMS, WORKSPACE, WatchedEngine, request};

#[tokio::test]
async fn an_observer_added_later_is_told_what_any_handle_does_from_then_on() {
    let watched = WatchedEngine::new();
    let (engine, handle) = (&watched.engine, watched.engine.clone());
    let before = watched.start(request([SMS])).await.id();
    let late = Arc::new(RecordingObserver::new());
    assert!(engine.add_observer(late.clone()));
    let after = handle.start(WORKSPACE, request([SMS])).await.unwrap().id();
    assert_eq!(late.names_of(before), [""; 0]);
    assert!(!late.names_of(after).is_empty());
    assert_eq!(late.names_of(after), watched.observer.names_of(after), "the first one is told as ever");
}

#[tokio::test]
async fn an_observer_that_is_there_already_is_not_told_twice() {
    let watched = WatchedEngine::new();
    assert!(!watched.engine.add_observer(watched.observer.clone()));
    let other = Arc::new(RecordingObserver::new());
    assert!(watched.engine.add_observer(other.clone()));
    assert!(!watched.engine.clone().add_observer(other.clone()));
    let id = watched.start(request([SMS])).await.id();
    let created =
        |observer: &RecordingObserver| observer.names_of(id).iter().filter(|name| **name == "created").count();
    assert_eq!((created(&watched.observer), created(&other)), (1, 1));
}

#[test]
fn observers_added_by_many_threads_at_once_are_all_there() {
    let watched = WatchedEngine::new();
    let observers: Vec<_> = (0..64).map(|_| Arc::new(RecordingObserver::new())).collect();
    std::thread::scope(|scope| {
        for observer in &observers {
            // Two threads reach for each, one of which adds it.
            for _ in 0..2 {
                scope.spawn(|| watched.engine.add_observer(observer.clone()));
            }
        }
    });
    let id = futures::executor::block_on(watched.start(request([SMS]))).id();
    let expected = watched.observer.names_of(id);
    assert!(observers.iter().all(|observer| observer.names_of(id) == expected));
}
