use countersign_http::AccessKeyHash;

use crate::process::{run, text};

#[test]
fn a_new_key_comes_with_its_hash_and_is_never_the_same() {
    let keys = [(); 2].map(|()| {
        let made = run(&["key"]);
        assert!(made.status.success(), "{made:?}");
        let printed = text(&made.stdout);
        let value = |name: &str| {
            let line = printed.lines().find_map(|line| line.strip_prefix(name)).expect("it is there");
            line.trim().to_owned()
        };
        let (key, hash) = (value("access key"), value("hash"));
        assert_eq!(AccessKeyHash::new(&key).expect("a sound key").to_string(), hash);
        key
    });
    assert_ne!(keys[0], keys[1]);
}
