use std::env::var;
use std::error::Error;
use std::sync::Arc;

use countersign_bird::{AccessKey, Bird, HostedVerify};

use crate::SignUp;

/// Verified by Bird.
pub(crate) fn sign_up() -> Result<SignUp, Box<dyn Error>> {
    let set = |name: &str| var(name).map_err(|_| format!("set {name}"));
    let mut bird = Bird::builder(AccessKey::new(set("BIRD_ACCESS_KEY")?)?);
    if let Ok(url) = var("BIRD_URL") {
        bird = bird.base_url(url);
    }
    Ok(SignUp {
        verifier: Arc::new(HostedVerify::new(bird.build()?)),
        workspace: set("BIRD_WORKSPACE")?.parse()?,
        texts: set("BIRD_CHANNEL")?.parse()?,
    })
}
