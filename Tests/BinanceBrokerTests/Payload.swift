import Foundation
import Market
import TestSupport
import Testing

@testable import BinanceBroker

/// The replies kept as files beside the tests.
enum Payload {
    static func bytes(_ name: String) throws -> [UInt8] {
        let url = PackageRoot.url.appending(path: "Tests/BinanceBrokerTests/Payloads/\(name).json")
        return Array(try Data(contentsOf: url))
    }

    static func document(_ name: String) throws -> JSONDocument {
        try JSONDocument(try bytes(name))
    }

    static func book() throws -> MarketBook {
        try ExchangeInfoReply(try document("exchangeInfo")).book
    }

    static func market(_ symbol: String) throws -> VenueMarket {
        try #require(try book()[Symbol(symbol)])
    }
}
