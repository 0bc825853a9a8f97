import Glibc
import Worker

exit(WorkerMain.run(descriptor: 3))
