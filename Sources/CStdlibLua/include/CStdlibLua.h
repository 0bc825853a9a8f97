#ifndef CSTDLIBLUA_H
#define CSTDLIBLUA_H
#endif
