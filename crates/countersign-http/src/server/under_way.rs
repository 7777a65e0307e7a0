use std::fmt;

use tokio_util::task::TaskTracker;

/// Calls that go on although nobody waits for them any more: their caller hung up, or their answer was late.
///
/// Give one to [`Config::under_way`](crate::Config::under_way) and to
/// [`Connections::finishing`](crate::Connections::finishing), so that the end of the service waits for them. A clone is the
/// same.
#[derive(Clone, Default)]
pub struct UnderWay(TaskTracker);

impl UnderWay {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Waits until there is none.
    pub async fn finished(&self) {
        self.0.close();
        self.0.wait().await;
    }

    pub(crate) fn spawn<T: Send + 'static>(
        &self,
        call: impl Future<Output = T> + Send + 'static,
    ) -> tokio::task::JoinHandle<T> {
        self.0.spawn(call)
    }
}

impl fmt::Debug for UnderWay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnderWay({} calls)", self.0.len())
    }
}
