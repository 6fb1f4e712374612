#define _GNU_SOURCE
#include "include/cterminal.h"

#include <locale.h>
#include <sys/ioctl.h>
#include <wchar.h>

static int window(int file, int rows) {
  struct winsize size;
  if (ioctl(file, TIOCGWINSZ, &size) != 0) return 0;
  return rows ? size.ws_row : size.ws_col;
}

int ct_columns(int file) { return window(file, 0); }
int ct_rows(int file) { return window(file, 1); }

int ct_width(uint32_t scalar) {
  static int is_ready;
  if (!is_ready) {  // wcwidth knows only the characters of the locale
    if (!setlocale(LC_CTYPE, "C.UTF-8")) setlocale(LC_CTYPE, "");
    is_ready = 1;
  }
  int width = wcwidth((wchar_t)scalar);
  return width < 0 ? 0 : width;
}
