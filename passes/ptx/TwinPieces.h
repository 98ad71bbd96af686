//===- TwinPieces.h - The code that twins of PTX have in common -----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All names that are added begin with a stem that the entry does not use, most
// often `reprise_`; the pieces are written with that one. The registers
// %reprise_p0, _r0 to _r2 and _d0 to _d2 hold nothing from piece to piece but
// what a comment says.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_PASSES_PTX_TWINPIECES_H
#define REPRISE_PASSES_PTX_TWINPIECES_H

#include "Control.h"

#include <cstddef>

namespace reprise::ptx::pieces {

static_assert(offsetof(Control, Request) == 0 && offsetof(Control, Done) == 8 &&
              offsetof(Control, Left) == 16 && sizeof(Control) == 24);
static_assert(offsetof(SpreadControl, Copies) == 24 &&
              offsetof(SpreadControl, Mask) == 32 &&
              sizeof(SpreadControl) == 40);

inline constexpr char Parameter[] = ".param .align 8 .b8 __reprise_control[24]";
inline constexpr char SpreadParameter[] =
    ".param .align 8 .b8 __reprise_control[40]";

inline constexpr char Variables[] = R"(
	.reg .pred %reprise_p0;
	.reg .b32 %reprise_r<3>;
	.reg .b64 %reprise_d<3>;
)";

/// Adds to %reprise_d0, the map, the place of the word that has this block's
/// bit, and puts the bit into %reprise_r0.
inline constexpr char WordAndBit[] = R"(	mov.u32 %reprise_r0, %ctaid.z;
	mov.u32 %reprise_r1, %nctaid.y;
	mov.u32 %reprise_r2, %ctaid.y;
	mad.lo.u32 %reprise_r0, %reprise_r0, %reprise_r1, %reprise_r2;
	mov.u32 %reprise_r1, %nctaid.x;
	mov.u32 %reprise_r2, %ctaid.x;
	cvt.u64.u32 %reprise_d1, %reprise_r2;
	mad.wide.u32 %reprise_d1, %reprise_r0, %reprise_r1, %reprise_d1;
	cvt.u32.u64 %reprise_r1, %reprise_d1;
	and.b32 %reprise_r1, %reprise_r1, 31;
	mov.u32 %reprise_r0, 1;
	shl.b32 %reprise_r0, %reprise_r0, %reprise_r1;
	shr.u64 %reprise_d1, %reprise_d1, 5;
	shl.b64 %reprise_d1, %reprise_d1, 2;
	add.u64 %reprise_d0, %reprise_d0, %reprise_d1;
)";

inline constexpr char HasMap[] =
    R"(	ld.param.u64 %reprise_d0, [__reprise_control+8];
	setp.ne.u64 %reprise_p0, %reprise_d0, 0;
	@%reprise_p0 bra $reprise_map;
)";

/// Puts the request into %reprise_r0.
inline constexpr char ReadWord[] =
    R"(	ld.param.u64 %reprise_d0, [__reprise_control];
	ld.volatile.global.u32 %reprise_r0, [%reprise_d0];
)";
/// The same through the multiprocessor's own cache, which those bring up to
/// date for whom %reprise_r0 is 0: TwinPoll.cpp has the reasons.
inline constexpr char ReadNear[] =
    R"(	ld.param.u64 %reprise_d0, [__reprise_control];
	setp.eq.u32 %reprise_p0, %reprise_r0, 0;
	ld.relaxed.cta.global.u32 %reprise_r0, [%reprise_d0];
	@%reprise_p0 ld.volatile.global.u32 %reprise_r1, [%reprise_d0];
)";
/// The same, where the multiprocessor has a copy: only where that is not 0 is
/// the request itself read, and it alone decides.
inline constexpr char ReadCopy[] = R"(	mov.u32 %reprise_r0, %smid;
	ld.param.u32 %reprise_r1, [__reprise_control+32];
	and.b32 %reprise_r0, %reprise_r0, %reprise_r1;
	ld.param.u64 %reprise_d0, [__reprise_control+24];
	mad.wide.u32 %reprise_d0, %reprise_r0, 128, %reprise_d0;
	ld.volatile.global.u32 %reprise_r0, [%reprise_d0];
	setp.ne.u32 %reprise_p0, %reprise_r0, 0;
	@%reprise_p0 ld.param.u64 %reprise_d0, [__reprise_control];
	@%reprise_p0 ld.volatile.global.u32 %reprise_r0, [%reprise_d0];
)";
/// %reprise_p0: %reprise_r0 asks this thread to leave at entry, or inside.
inline constexpr char AtEntry[] =
    "\tsetp.ne.u32 %reprise_p0, %reprise_r0, 0;\n";
inline constexpr char AtSite[] = "\tsetp.gt.u32 %reprise_p0, %reprise_r0, 1;\n";
static_assert(static_cast<uint32_t>(StopRequest::AtEntry) == 1);

inline constexpr char SkipWhenDone[] =
    R"(	ld.volatile.global.u32 %reprise_r1, [%reprise_d0];
	and.b32 %reprise_r1, %reprise_r1, %reprise_r0;
	setp.ne.u32 %reprise_p0, %reprise_r1, 0;
	@%reprise_p0 bra $reprise_out;
	mov.u32 %reprise_r1, 0;
	st.shared.u32 [__reprise_ended], %reprise_r1;
)";

inline constexpr char AnyOfBlock[] =
    "\tbar.red.or.pred %reprise_p0, 0, %reprise_p0;\n";
inline constexpr char AnyOfWarp[] =
    "\tvote.sync.any.pred %reprise_p0, %reprise_p0, 0xffffffff;\n";
/// Breaks StopRule::ReadOnce.
inline constexpr char ReadAgain[] = R"(	bar.sync 0;
	ld.param.u64 %reprise_d0, [__reprise_control];
	ld.volatile.global.u32 %reprise_r0, [%reprise_d0];
	setp.ne.u32 %reprise_p0, %reprise_r0, 0;
)";
inline constexpr char LeaveIfAsked[] = "\t@%reprise_p0 bra $reprise_leave;\n";

inline constexpr char IsMapped[] = R"($reprise_end:
	ld.param.u64 %reprise_d0, [__reprise_control+8];
	setp.eq.u64 %reprise_p0, %reprise_d0, 0;
	@%reprise_p0 bra $reprise_out;
)";
/// What the thread copies is written when it is counted.
inline constexpr char FinishBulk[] = R"(	cp.async.bulk.commit_group;
	cp.async.bulk.wait_group 0;
)";
/// Threads do not wait for each other. The last one to be counted is behind the
/// stores of all.
inline constexpr char CountThread[] = R"(	membar.cta;
	atom.shared.add.u32 %reprise_r1, [__reprise_ended], 1;
	mov.u32 %reprise_r0, %ntid.x;
	mov.u32 %reprise_r2, %ntid.y;
	mul.lo.u32 %reprise_r0, %reprise_r0, %reprise_r2;
	mov.u32 %reprise_r2, %ntid.z;
	mul.lo.u32 %reprise_r0, %reprise_r0, %reprise_r2;
	add.u32 %reprise_r1, %reprise_r1, 1;
	setp.ne.u32 %reprise_p0, %reprise_r1, %reprise_r0;
	@%reprise_p0 bra $reprise_out;
	membar.gl;
)";

inline constexpr char Mark[] =
    R"(	red.global.or.b32 [%reprise_d0], %reprise_r0;
	bra $reprise_out;
)";

/// One of them stores, or a few: a million stores to one word take long.
inline constexpr char Leave[] =
    R"(	ld.param.u64 %reprise_d0, [__reprise_control+16];
	ld.volatile.global.u32 %reprise_r0, [%reprise_d0];
	setp.ne.u32 %reprise_p0, %reprise_r0, 0;
	@%reprise_p0 bra $reprise_out;
	mov.u32 %reprise_r0, 1;
	st.global.u32 [%reprise_d0], %reprise_r0;
$reprise_out:
	ret;
)";

} // namespace reprise::ptx::pieces

#endif // REPRISE_PASSES_PTX_TWINPIECES_H
