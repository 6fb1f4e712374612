#include "cterminal.h"

#include <sys/ioctl.h>

static int window(int file, int rows) {
  struct winsize size;
  if (ioctl(file, TIOCGWINSZ, &size) != 0) return 0;
  return rows ? size.ws_row : size.ws_col;
}

int ct_columns(int file) { return window(file, 0); }
int ct_rows(int file) { return window(file, 1); }
