# What is built once per instruction set and precision, from one source: objects that export one constant table each.

# Loops over registers and small d unroll only at -O3. The scalar one is a reference, and quicker to compile so.
set(scalar_flags -O1 $<$<C_COMPILER_ID:GNU>:-fno-tree-sra>)
set(DEWPOINT_KERNEL_LEVEL -O3 CACHE STRING "optimisation of the vector kernels; changes their speed and no bit")
# GCC gives up on loops over a tile of samples otherwise, and keeps in memory what should be in registers.
set(peel $<$<C_COMPILER_ID:GNU>:--param=max-completely-peeled-insns=1000>)
set(avx2_flags -mavx2 -mfma ${DEWPOINT_KERNEL_LEVEL} ${peel})
set(neon_flags ${DEWPOINT_KERNEL_LEVEL} ${peel})
set(avx512_flags -mavx512f -mavx512dq -mavx512vl -mavx512bw -mfma ${DEWPOINT_KERNEL_LEVEL} ${peel})

# dp_isa_objects(PREFIX SOURCE MACRO OBJECTS [BITS...]): SOURCE as libraries PREFIX_<isa>_<bits>, whose table, named by MACRO,
# is called the same; their objects to OBJECTS. Bits: 32 and 64 unless given.
function(dp_isa_objects prefix source macro objects)
  set(isas scalar)
  set(all_bits ${ARGN})
  if(NOT all_bits)
    set(all_bits 32 64)
  endif()
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    list(APPEND isas avx2 avx512)
  elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
    list(APPEND isas neon)
  endif()
  foreach(isa ${isas})
    get_property(flags GLOBAL PROPERTY dp_${isa}_flags)
    foreach(bits ${all_bits})
      set(name ${prefix}_${isa}_${bits})
      add_library(${name} OBJECT ${source})
      target_link_libraries(${name} PRIVATE dewpoint_options)
      set_target_properties(${name} PROPERTIES DEWPOINT_PLAIN ON)
      target_compile_options(${name} PRIVATE ${flags} $<$<CONFIG:Debug>:-O1> -fno-math-errno -fno-trapping-math)
      target_compile_definitions(${name} PRIVATE DP_BITS=${bits} DP_ISA_NAME="${isa}"
        DP_ISA_HEADER="kernels/simd/simd_${isa}.h" ${macro}=${name})
      list(APPEND all $<TARGET_OBJECTS:${name}>)
    endforeach()
  endforeach()
  set(${objects} ${all} PARENT_SCOPE)
endfunction()
foreach(isa scalar avx2 avx512 neon)
  set_property(GLOBAL PROPERTY dp_${isa}_flags ${${isa}_flags})
endforeach()

dp_isa_objects(dp_kernels kernels/template.c DP_TABLE kernel_objects)
dp_isa_objects(dp_waves kernels/waves/waves.c DP_WAVE_TABLE wave_objects 64)
foreach(isa scalar avx2 avx512 neon)
  if(TARGET dp_waves_${isa}_64)
    target_compile_options(dp_waves_${isa}_64 PRIVATE -Wno-psabi) # the pragma of strands.h does not silence the note
  endif()
endforeach()
# In vectors written by hand and unrolled these passes gain nothing, and they take a fifth of the time to compile them. The
# waves have loops over eight strands besides, for the compiler to vectorise.
set(idle_passes -fno-tree-pre -fno-gcse -fno-gcse-after-reload -fno-code-hoisting -fno-thread-jumps -fno-split-paths
  -fno-predictive-commoning -fno-tree-loop-distribution -fno-unswitch-loops -fno-split-loops)
foreach(isa avx2 avx512 neon)
  if(TARGET dp_waves_${isa}_64 AND CMAKE_C_COMPILER_ID STREQUAL "GNU")
    target_compile_options(dp_kernels_${isa}_32 PRIVATE ${idle_passes} -fno-tree-vectorize)
    target_compile_options(dp_kernels_${isa}_64 PRIVATE ${idle_passes} -fno-tree-vectorize)
    target_compile_options(dp_waves_${isa}_64 PRIVATE ${idle_passes})
  endif()
endforeach()
dp_isa_objects(dp_hessian kernels/hessian/hessian.c DP_HESSIAN_TABLE hessian_objects 64)
dp_isa_objects(dp_waveform kernels/waveform/waveform.c DP_WAVEFORM_TABLE waveform_objects 64)
add_library(dewpoint_kernels STATIC kernels/select.c kernels/hessian/hessian_select.c kernels/waveform/waveform_select.c
  ${kernel_objects} ${wave_objects} ${hessian_objects} ${waveform_objects})
target_link_libraries(dewpoint_kernels PUBLIC dewpoint_options m)
