import Foundation

/// The folder that holds `Package.swift`, also where the sources are reached through symbolic links.
public enum PackageRoot {
    public static let url = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
}
