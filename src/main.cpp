// SPDX-License-Identifier: Apache-2.0
#include <iplease/app.hpp>

int main(int argc, char** argv)
{
  return iplease::run_app(argc, argv);
}
