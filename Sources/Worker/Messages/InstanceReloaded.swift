import Market

/// How a strategy was brought back whose worker had died: told with the first answer that it gives afterwards, since
/// from there on it is another life of its script.
public struct InstanceReloaded: Sendable {
    /// What one of its feeds held then.
    public struct Feed: Sendable, Equatable {
        public var feed: FeedNumber
        public var rows: Int
        /// Nil where it was empty.
        public var newest: Timestamp?
    }

    public var loading: InstanceLoading
    public var loaded: InstanceLoaded
    /// The base feed, then the others.
    public var feeds: [Feed]
}
