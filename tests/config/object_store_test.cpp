#include "config/object_store.hpp"

#include "support/catch.hpp"

#include <string>

using namespace reaper::config;

TEST_CASE("object stores have the names of the providers") {
  CHECK(name_of(ObjectStore::s3) == "s3");
  CHECK(name_of(ObjectStore::gcs) == "gcs");
  CHECK(name_of(ObjectStore::azure) == "azure");
  CHECK(object_store_names().size() == 3);
}

TEST_CASE("a prefix is the first part of object names") {
  for (const ObjectStore store : {ObjectStore::s3, ObjectStore::gcs}) {
    for (const char* prefix :
         {"charts/", "charts", "a/b/c/", "NIFTY 50_1day/", "M&M_1d/", "^NSEI_1h/", "a\"b\\c/", "ä/"}) {
      CAPTURE(prefix);
      CHECK(is_object_prefix(store, prefix));
    }
    CHECK(is_object_prefix(store, std::string(k_max_object_name, 'a')));
    CHECK_FALSE(is_object_prefix(store, std::string(k_max_object_name + 1, 'a')));
  }
}

TEST_CASE("a prefix that means the whole bucket is refused") {
  for (const ObjectStore store : {ObjectStore::s3, ObjectStore::gcs, ObjectStore::azure}) {
    for (const char* prefix :
         {"", "/", "//", "/charts/", ".", "./", "./charts/", "*", "charts/*", "*.png", " ", "''"}) {
      CAPTURE(prefix);
      CHECK_FALSE(is_object_prefix(store, prefix));
    }
  }
}

TEST_CASE("a prefix that matches another name than it shows is refused") {
  for (const char* prefix : {"s3://bucket/charts/", "gs://bucket/charts/", "https://a.blob.core.windows.net/c/charts/",
                             "charts/\n", "cha\nrts/", "char\xe2\x80\xaets/", "charts\xff/", "'charts/'", " charts/"}) {
    CAPTURE(prefix);
    CHECK_FALSE(is_object_prefix(ObjectStore::s3, prefix));
  }
}

TEST_CASE("a prefix for Azure begins with a container and does not match all of it") {
  for (const char* prefix : {"mycontainer/charts/", "my-container/c", "abc/a", "0-9/charts/"}) {
    CAPTURE(prefix);
    CHECK(is_object_prefix(ObjectStore::azure, prefix));
  }
  for (const char* prefix :
       {"mycontainer", "mycontainer/", "mycontainer//", "mycontainer/*", "ab/charts/", "My/charts/", "-abc/charts/",
        "abc-/charts/", "a--b/charts/", "$web/charts/", "charts_a/b/"}) {
    CAPTURE(prefix);
    CHECK_FALSE(is_object_prefix(ObjectStore::azure, prefix));
  }
  CHECK(is_object_prefix(ObjectStore::azure, std::string(63, 'a') + "/charts/"));
  CHECK_FALSE(is_object_prefix(ObjectStore::azure, std::string(64, 'a') + "/charts/"));
}

TEST_CASE("the allowed prefixes are described with an example that is allowed") {
  CHECK(allowed_prefixes(ObjectStore::s3).starts_with("the first part of object names, such as charts/;"));
  CHECK(allowed_prefixes(ObjectStore::azure).starts_with("CONTAINER/ and the first part of blob names"));
  CHECK(is_object_prefix(ObjectStore::azure, "mycontainer/charts/"));
}
