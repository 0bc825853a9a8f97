import CZlib

/// The library that packs and unpacks gzip.
public enum GzipLibrary {
    /// The version at hand as the program runs, such as `1.2.13`.
    public static var version: String {
        zlibVersion().map { String(cString: $0) } ?? "?"
    }
}
