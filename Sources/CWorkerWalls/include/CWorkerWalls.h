#ifndef ARISTOBOT_WORKER_WALLS_H
#define ARISTOBOT_WORKER_WALLS_H

/// Keeps the process from gaining rights by any later exec; 0, or -1 with errno.
int aw_no_new_privileges(void);

#endif
