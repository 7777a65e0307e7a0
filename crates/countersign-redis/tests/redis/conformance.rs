//! The contract of a store, rule by rule, on one server and on a cluster of three masters.

mod one_server {
    use countersign_redis::RedisStore;
    use countersign_testkit::conformance::Fresh;

    use crate::servers::Server;

    countersign_testkit::store_conformance!(|| async {
        let server = Server::start(&[]);
        let store = RedisStore::builder(server.url()).connect().await.expect("the server is there");
        Fresh::guarded(std::sync::Arc::new(store), server)
    });
}

mod cluster {
    use countersign_redis::RedisStore;
    use countersign_testkit::conformance::Fresh;

    use crate::servers::Cluster;

    countersign_testkit::store_conformance!(|| async {
        let cluster = Cluster::start();
        let store = RedisStore::cluster(cluster.urls()).partitions(16).connect().await.expect("the cluster is there");
        Fresh::guarded(std::sync::Arc::new(store), cluster)
    });
}
