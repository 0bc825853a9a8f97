#include "CStdlibLua.h"
