// A C program of uthash's and stb's headers prints what it prints without the plugin; its events are those of an independent
// log, call for call; and its structs and fields are in the report.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_plain -O2 -fPIC -shared %inputs/allocation_log.c -o log.so
// RUN: sh %S/Inputs/run_both_builds.sh %clang_plain "%clang_memscope" %s "%link_memscope" %memscope \
// RUN:   "%python %inputs/events_against_log.py" "%filecheck %s"
// CHECK-DAG: B 762 {{.*}} B char *utstring_tmp
// CHECK-DAG: B 495 {{.*}} B char *utarray_tmp
// CHECK-DAG: B 300 {{.*}} B sprite.name
// CHECK-DAG: B 300 {{.*}} B sprite.short_name
// CHECK-DAG: B 300 {{.*}} B sprite.pixels
// CHECK-DAG: B 300 {{.*}} B sprite.neighbours
// CHECK-DAG: B 300 {{.*}} B UT_array
// CHECK-DAG: B 300 {{.*}} B int *dropped
// CHECK-DAG: B 600 {{.*}} B struct frame
// CHECK-DAG: B 10 {{.*}} B struct use
// CHECK-DAG: B 3 {{.*}} B struct UT_hash_table
// CHECK-DAG: B 3 {{.*}} B UT_hash_handle.tbl
// CHECK-DAG: B 3 {{.*}} B UT_hash_table.buckets
// CHECK-DAG: B 2 {{.*}} B UT_hash_bucket *_he_new_buckets
// CHECK-DAG: B 27 {{.*}} B stbds_hash_index *t
// CHECK-DAG: B 3 {{.*}} B stbds_string_block *sb
// CHECK-DAG: B 3 {{.*}} B stbrp_node *nodes
// CHECK-DAG: B 2 {{.*}} B stbi_uc *p
// CHECK-DAG: B 1 {{.*}} B unsigned char ***hash_table
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utarray.h>
#include <uthash.h>
#include <utlist.h>
#include <utstring.h>

#define STB_DS_IMPLEMENTATION
#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#define STB_RECT_PACK_IMPLEMENTATION
#define STB_SPRINTF_IMPLEMENTATION
#define STBI_ONLY_PNG
#include <stb/stb_ds.h>
#include <stb/stb_image.h>
#include <stb/stb_image_write.h>
#include <stb/stb_rect_pack.h>
#include <stb/stb_sprintf.h>

enum { SPRITES = 300, SHEET = 512 };

struct frame {
  int number;
  struct frame *next;
};

struct sprite {
  int id, width, height;
  char *name, *short_name;
  unsigned char *pixels;
  struct frame *frames; /* a utlist */
  UT_array *neighbours; /* ids */
  UT_hash_handle by_name, by_id;
};

/* What was drawn last from which sprite. */
struct use {
  const struct sprite *sprite;
  unsigned count;
  UT_hash_handle hh;
};

struct bytes {
  unsigned char *data; /* a stb_ds array */
};

static struct sprite *names, *ids;
static struct use *uses;
static int *dropped, drops; /* ids */
static uint64_t checksum = 14695981039346656037u, random_state = 1;

static unsigned next_random(unsigned below) {
  random_state = random_state * 6364136223846793005u + 1442695040888963407u;
  return (unsigned)(random_state >> 33) % below;
}

static void add(const void *data, size_t size) {
  for (const unsigned char *byte = data; size-- > 0; byte++)
    checksum = (checksum ^ *byte) * 1099511628211u;
}

/* ---- sprites, in two tables ---- */

static struct sprite *make_sprite(int id) {
  struct sprite *sprite = calloc(1, sizeof *sprite);
  char name[40];
  stbsp_snprintf(name, sizeof name, "sprite %05d of %.2f", id, id / 7.0);
  sprite->id = id;
  sprite->name = strdup(name);
  sprite->short_name = strndup(name + 7, (size_t)(id % 7));
  sprite->width = 4 + (int)next_random(20);
  sprite->height = 4 + (int)next_random(20);
  if (posix_memalign((void **)&sprite->pixels, 16, (size_t)sprite->width * (size_t)sprite->height * 4) != 0)
    abort();
  for (int i = 0; i < sprite->width * sprite->height * 4; i++)
    sprite->pixels[i] = (unsigned char)(i * id);
  for (int i = 0; i < id % 5; i++) {
    struct frame *frame = malloc(sizeof *frame);
    frame->number = i;
    LL_PREPEND(sprite->frames, frame);
  }
  utarray_new(sprite->neighbours, &ut_int_icd);
  for (int i = 1; i <= id % 20; i++)
    utarray_push_back(sprite->neighbours, &i);
  HASH_ADD_KEYPTR(by_name, names, sprite->name, strlen(sprite->name), sprite);
  HASH_ADD(by_id, ids, id, sizeof sprite->id, sprite);
  return sprite;
}

static void drop_sprite(struct sprite *sprite) {
  struct frame *frame, *next;
  dropped = reallocarray(dropped, (size_t)drops + 1, sizeof *dropped);
  dropped[drops++] = sprite->id;
  HASH_DELETE(by_name, names, sprite);
  HASH_DELETE(by_id, ids, sprite);
  LL_FOREACH_SAFE(sprite->frames, frame, next) {
    add(&frame->number, sizeof frame->number);
    free(frame);
  }
  utarray_free(sprite->neighbours);
  free(sprite->pixels);
  free(sprite->short_name);
  free(sprite->name);
  free(sprite);
}

static void count_use(const struct sprite *sprite) {
  struct use *use;
  HASH_FIND_PTR(uses, &sprite, use);
  if (!use) {
    use = calloc(1, sizeof *use);
    use->sprite = sprite;
    HASH_ADD_PTR(uses, sprite, use);
  }
  use->count++;
}

/* ---- the sheet they are all drawn on ---- */

static int pack(unsigned char *sheet) {
  stbrp_context context;
  stbrp_node *nodes = malloc(SHEET * sizeof *nodes);
  stbrp_rect *rects = NULL;
  for (struct sprite *sprite = ids; sprite; sprite = sprite->by_id.next)
    arrput(rects, ((stbrp_rect){.id = sprite->id, .w = sprite->width, .h = sprite->height}));
  stbrp_init_target(&context, SHEET, SHEET, nodes, SHEET);
  int all = stbrp_pack_rects(&context, rects, (int)arrlen(rects));
  for (ptrdiff_t i = 0; i < arrlen(rects); i++) {
    struct sprite *sprite;
    HASH_FIND(by_id, ids, &rects[i].id, sizeof rects[i].id, sprite);
    if (sprite->id % 30 == 0)
      count_use(sprite);
    for (int y = 0; y < sprite->height; y++)
      memcpy(&sheet[((rects[i].y + y) * SHEET + rects[i].x) * 4], &sprite->pixels[y * sprite->width * 4],
             (size_t)sprite->width * 4);
  }
  arrfree(rects);
  free(nodes);
  return all;
}

static void append(void *context, void *data, int size) {
  struct bytes *bytes = context;
  memcpy(arraddnptr(bytes->data, size), data, (size_t)size);
}

/* Out as PNG and in again. */
static bool goes_around(const unsigned char *sheet) {
  struct bytes png = {NULL};
  int width, height, channels;
  stbi_write_png_to_func(append, &png, SHEET, SHEET, 4, sheet, SHEET * 4);
  unsigned char *back = stbi_load_from_memory(png.data, (int)arrlen(png.data), &width, &height, &channels, 4);
  bool same = back && width == SHEET && height == SHEET && channels == 4 && memcmp(back, sheet, SHEET * SHEET * 4) == 0;
  printf("PNG of %d bytes, %s\n", (int)arrlen(png.data), same ? "comes back" : "is lost");
  add(png.data, arrlenu(png.data));
  stbi_image_free(back);
  back = stbi_load_from_memory(png.data, (int)arrlen(png.data) / 2, &width, &height, &channels, 4);
  printf("half of it: %s\n", back ? "an image" : stbi_failure_reason());
  arrfree(png.data);
  return same;
}

/* ---- what is in the tables ---- */

struct word {
  char *key;
  int value;
};

static void report(void) {
  struct word *words = NULL;
  struct {
    int key;
    double value;
  } *areas = NULL;
  UT_string *text;
  utstring_new(text);
  sh_new_arena(words);
  for (struct sprite *sprite = names; sprite; sprite = sprite->by_name.next) {
    utstring_printf(text, "%s: %d neighbours\n", sprite->short_name, (int)utarray_len(sprite->neighbours));
    int *last = (int *)utarray_back(sprite->neighbours);
    char word[16];
    stbsp_snprintf(word, sizeof word, "last %d", last ? *last : 0);
    int before = shget(words, word);
    shput(words, word, before + 1);
    hmput(areas, sprite->width * sprite->height, sprite->width + sprite->height / 100.0);
  }
  for (struct use *use = uses; use; use = use->hh.next)
    utstring_printf(text, "%s: used %u times\n", use->sprite->name, use->count);
  for (int i = 0; i < shlen(words); i++)
    utstring_printf(text, "%s: %d\n", words[i].key, words[i].value);
  for (int i = 0; i < hmlen(areas); i += 50)
    printf("area %d: %.2f\n", areas[i].key, areas[i].value);
  add(utstring_body(text), utstring_len(text));
  printf("%d sprites, %d words, %d areas, %d characters\n", (int)HASH_CNT(by_name, names), (int)shlen(words),
         (int)hmlen(areas), (int)utstring_len(text));
  shfree(words);
  hmfree(areas);
  utstring_free(text);
}

int main(void) {
  unsigned char *sheet = memset(aligned_alloc(64, SHEET * SHEET * 4), 255, SHEET * SHEET * 4);
  for (int id = 1; id <= SPRITES; id++)
    make_sprite(id);
  for (int round = 0; round < 3; round++) {
    for (int i = 0; i < SPRITES / 10; i++) {
      struct sprite *sprite;
      int id = 1 + (int)next_random(SPRITES);
      HASH_FIND(by_id, ids, &id, sizeof id, sprite);
      if (sprite && id % 30 != 0)
        drop_sprite(sprite);
    }
    printf("packed: %d\n", pack(sheet));
    report();
  }
  bool same = goes_around(sheet);

  struct use *use, *next_use;
  HASH_ITER(hh, uses, use, next_use) {
    HASH_DEL(uses, use);
    free(use);
  }
  while (ids)
    drop_sprite(ids);
  add(sheet, SHEET * SHEET * 4);
  free(sheet);
  add(dropped, (size_t)drops * sizeof *dropped);
  free(dropped);
  printf("checksum %016llx\n", (unsigned long long)checksum);
  return same ? (int)(checksum % 100) + 1 : 0;
}
