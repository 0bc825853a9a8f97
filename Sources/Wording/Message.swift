/// One sentence for people, in every language the product speaks.
///
/// A message says what happened, with which value, and what was expected; it never holds a secret.
public struct Message: Sendable, Hashable, CustomStringConvertible {
    public let english: String
    public let french: String

    public init(_ english: String, fr french: String) {
        self.english = english
        self.french = french
    }

    public func text(in language: Language) -> String {
        switch language {
        case .english: english
        case .french: french
        }
    }

    /// The English text; for logs and tests.
    public var description: String { english }
}

/// An error that can be shown to a person as it is.
public protocol ExplainedError: Error, CustomStringConvertible {
    var message: Message { get }
}

extension ExplainedError {
    public var description: String { message.english }
}

/// Every language under its code.
extension Message: Codable {
    private enum CodingKeys: String, CodingKey {
        case english = "en"
        case french = "fr"
    }
}
