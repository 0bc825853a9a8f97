import Broker
import Engine
import HTTPAPI
import Postgres
import Storage
import TestExchange
import Wording

extension CommandFailure {
    /// What an error means to whoever typed the command; nil for one that does not explain itself.
    static func explaining(_ error: any Error) -> CommandFailure? {
        switch error {
        case let failure as CommandFailure: failure
        case is CancellationError: .interrupted
        case let error as PostgresError: error == .cancelled ? .interrupted : CommandFailure(environment: error)
        case let error as StorageError: CommandFailure(storage: error)
        case let error as BrokerError: CommandFailure(broker: error)
        case is MigrationError, is KeyVaultError, is SecretKeyFile.Problem, is TestExchangeError,
            is StatusServerError, is EngineError:
            (error as? any ExplainedError).map(CommandFailure.init(environment:))
        default: (error as? any ExplainedError).map(CommandFailure.init(input:))
        }
    }

    private init(storage error: StorageError) {
        switch error {
        case .notFound, .nameTaken, .invalid, .conflict: self.init(input: error)
        case .damaged: self.init(environment: error)
        case .interrupted: self = .interrupted
        }
    }

    /// The venue refused what was asked: the input. The venue was not reached: the environment.
    private init(broker error: BrokerError) {
        if Interruption.isRequested {
            self = .interrupted
            return
        }
        switch error {
        case .rejected, .unauthorised, .unsupported: self.init(input: error)
        case .retryable, .outcomeUnknown: self.init(environment: error)
        }
    }
}
