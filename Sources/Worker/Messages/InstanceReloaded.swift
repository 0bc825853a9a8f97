import Market

/// How a strategy was brought back whose worker had died: told with the first answer that it gives afterwards, since
/// from there on it is another life of its script. A class, since nearly no answer has one: it would make each larger.
public final class InstanceReloaded: Sendable {
    /// What one of its feeds held then.
    public struct Feed: Sendable, Equatable {
        public var feed: FeedNumber
        public var rows: Int
        /// Nil where it was empty.
        public var newest: Timestamp?
    }

    public let loading: InstanceLoading
    public let loaded: InstanceLoaded
    /// The base feed, then the others.
    public let feeds: [Feed]

    init(loading: InstanceLoading, loaded: InstanceLoaded, feeds: [Feed]) {
        self.loading = loading
        self.loaded = loaded
        self.feeds = feeds
    }
}
