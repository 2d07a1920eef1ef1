// SPDX-License-Identifier: Apache-2.0
//
// Expansions of abi.def. Declarations are made on first use with Module::getOrInsertFunction: where a module already
// has the entry with another pointer type (LLVM 14 has typed pointers), it hands back a cast, and nothing here needs to
// know which kind of pointers the version has.

#include "RuntimeAbi.h"

#include "LLVMCompat.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/IR/Constants.h"
#include "llvm/Support/MD5.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

namespace memscope {

static constexpr StringLiteral Prefix = "__memscope_";
static constexpr StringLiteral DescriptorSection = ".data.memscope";

// Before every constructor of the program: those may allocate already.
static constexpr int ConstructorPriority = 1;

// What an allocation function promises about memory and its size argument ends with the rewriting: the entry writes to
// the site and the trace. By name, since the versions of LLVM have different subsets of these.
static constexpr StringLiteral DroppedFunctionAttributes[] = {"allocsize",
                                                              "allockind",
                                                              "builtin",
                                                              "memory",
                                                              "readnone",
                                                              "readonly",
                                                              "writeonly",
                                                              "argmemonly",
                                                              "inaccessiblememonly",
                                                              "inaccessiblemem_or_argmemonly"};
static constexpr StringLiteral DroppedParameterAttributes[] = {"allocalign", "allocptr"};

bool isOwnFunction(const Function &F) {
  return startsWith(F.getName(), Prefix) || startsWith(F.getName(), "memscope_");
}

RuntimeAbi::RuntimeAbi(Module &M) : M(M), PtrTy(PointerType::getUnqual(Type::getInt8Ty(M.getContext()))) {}

Type *RuntimeAbi::typeOf(char Letter) const {
  LLVMContext &Context = M.getContext();
  switch (Letter) {
  case 'P':
  case 'Q':
    return PtrTy;
  case 'Z':
  case 'L':
    return M.getDataLayout().getIntPtrType(Context);
  case 'O':
    return Type::getInt64Ty(Context);
  case 'I':
  case 'U':
    return Type::getInt32Ty(Context);
  case 'D':
    return Type::getDoubleTy(Context);
  case 'V':
    return Type::getVoidTy(Context);
  default:
    llvm_unreachable("letter that abi.def does not define");
  }
}

// A signature is RESULT_ARGUMENTS, so the arguments begin behind the underscore.
static StringRef argumentLetters(StringRef Signature) { return Signature.drop_front(2); }

// Takes the letter for variadic arguments off. Returns whether it was there.
static bool dropDots(StringRef &Letters) { return Letters.consume_back("E") || Letters.consume_back("Q"); }

FunctionType *RuntimeAbi::functionType(StringRef Signature) const {
  SmallVector<Type *, 4> Parameters;
  for (char Letter : argumentLetters(Signature))
    Parameters.push_back(typeOf(Letter));
  return FunctionType::get(typeOf(Signature.front()), Parameters, false);
}

bool RuntimeAbi::matches(StringRef Signature, const FunctionType &Type) const {
  auto Is = [this](const llvm::Type *Given, char Letter) {
    return Letter == 'P' ? Given->isPointerTy() && Given->getPointerAddressSpace() == 0 : Given == typeOf(Letter);
  };
  StringRef Letters = argumentLetters(Signature);
  if (dropDots(Letters) != Type.isVarArg() || Type.getNumParams() != Letters.size() ||
      !Is(Type.getReturnType(), Signature.front()))
    return false;
  for (unsigned I = 0; I != Type.getNumParams(); ++I)
    if (!Is(Type.getParamType(I), Letters[I]))
      return false;
  return true;
}

AttributeList RuntimeAbi::withoutPromises(AttributeList Attributes, size_t ParameterCount) const {
  LLVMContext &Context = M.getContext();
  for (StringRef Name : DroppedFunctionAttributes) {
    Attribute::AttrKind Kind = Attribute::getAttrKindFromName(Name);
    if (Kind != Attribute::None)
      Attributes = Attributes.removeFnAttribute(Context, Kind);
  }
  Attributes = Attributes.removeFnAttribute(Context, "alloc-family");
  for (StringRef Name : DroppedParameterAttributes) {
    Attribute::AttrKind Kind = Attribute::getAttrKindFromName(Name);
    for (unsigned I = 0; Kind != Attribute::None && I != ParameterCount; ++I)
      Attributes = Attributes.removeParamAttribute(Context, I, Kind);
  }
  return Attributes;
}

FunctionCallee RuntimeAbi::entry(const AllocationFunction &Row, const Function &Original,
                                 const FunctionType &CallType) {
  SmallVector<Type *, 8> Parameters(CallType.params().begin(), CallType.params().end());
  Type *Result = CallType.getReturnType();
  std::string Name = (Prefix + Row.Id).str();
  if (Row.isVariadic()) {
    Parameters.insert(Parameters.begin(), Result);
    Parameters.append(2, PtrTy); // token and site
    return M.getOrInsertFunction(Name, FunctionType::get(typeOf('V'), Parameters, false), hookAttributes());
  }
  if (Row.hasOptionalPointer())
    Parameters.push_back(PtrTy);
  Parameters.push_back(PtrTy);
  // What is said about arguments and result stands at the call too, and holds for the call's types.
  AttributeList Attributes = AttributeList::get(M.getContext(), Original.getAttributes().getFnAttrs(), {}, {});
  return M.getOrInsertFunction(Name, FunctionType::get(Result, Parameters, false),
                               withoutPromises(Attributes, CallType.getNumParams()));
}

FunctionCallee RuntimeAbi::creatorEntry(const Function &Creator) {
  struct {
    StringRef Id, Symbol, Signature;
  } const Rows[] = {
#define MEMSCOPE_CREATOR(id, symbol, signature) {#id, #symbol, #signature},
#include "memscope/abi.def"
  };
  const FunctionType &Type = *Creator.getFunctionType();
  for (const auto &Row : Rows) {
    if (Creator.getName() != Row.Symbol || !matches(Row.Signature, Type))
      continue;
    SmallVector<llvm::Type *, 8> Parameters(Type.params().begin(), Type.params().end());
    Parameters.push_back(PtrTy);
    return M.getOrInsertFunction((Prefix + Row.Id).str(), FunctionType::get(Type.getReturnType(), Parameters, false),
                                 withoutPromises(Creator.getAttributes(), Type.getNumParams()));
  }
  return FunctionCallee();
}

AttributeList RuntimeAbi::hookAttributes() const {
  return AttributeList().addFnAttribute(M.getContext(), Attribute::NoUnwind);
}

std::string RuntimeAbi::pointerName(const AllocationFunction &Row) const {
  return (Prefix + "pointer_" + Row.Id).str();
}

CallInst *RuntimeAbi::callHook(IRBuilder<> &B, Hook Which, ArrayRef<Value *> Arguments) {
  struct HookRow {
    StringRef Id, Signature;
  };
  static const HookRow Hooks[] = {
#define MEMSCOPE_HOOK(id, signature) {#id, #signature},
#include "memscope/abi.def"
  };
  const HookRow &Row = Hooks[static_cast<size_t>(Which)];
  FunctionType *Type = functionType(Row.Signature);
  SmallVector<Value *, 5> Given;
  for (Value *V : Arguments)
    Given.push_back(V->getType()->isPointerTy() ? B.CreatePointerCast(V, PtrTy) : V);
  CallInst *Call = B.CreateCall(M.getOrInsertFunction((Prefix + Row.Id).str(), Type, hookAttributes()), Given);
  // The runtime compares the frame it is given with its own stack pointer, so that frame must still exist.
  Call->setTailCallKind(CallInst::TCK_NoTail);
  Call->setDoesNotThrow();
  return Call;
}

// The sanitizers come later and need not watch what is not the program's.
static LoadInst *notSanitized(LoadInst *Load) {
  Load->setMetadata("nosanitize", MDNode::get(Load->getContext(), {}));
  return Load;
}

// Initial-exec, since the library is there from the program's start: two instructions, and no call that could allocate.
Value *RuntimeAbi::isUntrackedThread(IRBuilder<> &B) {
  Type *Byte = B.getInt8Ty();
  Constant *Mode = M.getOrInsertGlobal((Prefix + "mode").str(), Byte, [&] {
    return new GlobalVariable(M, Byte, false, GlobalValue::ExternalLinkage, nullptr, Prefix + "mode", nullptr,
                              GlobalValue::InitialExecTLSModel);
  });
  return B.CreateICmpEQ(notSanitized(B.CreateLoad(Byte, Mode)), B.getInt8(MEMSCOPE_UNTRACKED));
}

// Atomic, since another thread may be adding a region; relaxed, since whoever hands over a tracked block orders the
// two.
Value *RuntimeAbi::isUntrackedRegion(IRBuilder<> &B, Value *Block) {
  bool IsX86 = startsWith(M.getTargetTriple(), "x86_64");
  unsigned AddressBits = IsX86 ? MEMSCOPE_ADDRESS_BITS_X86_64 : MEMSCOPE_ADDRESS_BITS_OTHERS;
  uint64_t Count = uint64_t(1) << (AddressBits - MEMSCOPE_REGION_BITS);
  auto *Table = ArrayType::get(PtrTy, Count);
  Constant *Regions = M.getOrInsertGlobal((Prefix + "regions").str(), Table);
  Value *Index = B.CreateLShr(B.CreatePtrToInt(Block, B.getInt64Ty()), MEMSCOPE_REGION_BITS);
  Index = B.CreateAnd(Index, Count - 1);
  LoadInst *Region = B.CreateLoad(PtrTy, B.CreateInBoundsGEP(Table, Regions, {B.getInt64(0), Index}));
  Region->setAtomic(AtomicOrdering::Monotonic);
  return B.CreateIsNull(notSanitized(Region));
}

Value *RuntimeAbi::isUntracked(IRBuilder<> &B, const AllocationFunction &Row, Value *FirstArgument) {
  return Row.Direct == DirectBy::mode ? isUntrackedThread(B) : isUntrackedRegion(B, FirstArgument);
}

Constant *RuntimeAbi::number(uint32_t Value) const { return ConstantInt::get(typeOf('U'), Value); }

Constant *RuntimeAbi::real(double Value) const { return ConstantFP::get(typeOf('D'), Value); }

Constant *RuntimeAbi::text(StringRef Text) {
  if (Text.empty())
    return ConstantPointerNull::get(PtrTy);
  Constant *&Known = Texts[Text];
  if (!Known) {
    Constant *Bytes = ConstantDataArray::getString(M.getContext(), Text);
    auto *Global = new GlobalVariable(M, Bytes->getType(), true, GlobalValue::PrivateLinkage, Bytes, Prefix + "text");
    Global->setUnnamedAddr(GlobalValue::UnnamedAddr::Global); // lets the linker merge equal texts
    Global->setAlignment(Align(1));
    Known = pointer(Global);
  }
  return Known;
}

Constant *RuntimeAbi::nullPlace() {
  std::string Name = (Prefix + "nothing").str();
  if (GlobalVariable *Known = M.getNamedGlobal(Name))
    return Known;
  return new GlobalVariable(M, PtrTy, true, GlobalValue::PrivateLinkage, ConstantPointerNull::get(PtrTy), Name);
}

Constant *RuntimeAbi::pointer(Constant *Address) const { return ConstantExpr::getPointerCast(Address, PtrTy); }

StructType *RuntimeAbi::structType(StringRef Name, StringRef Letters) const {
  std::string FullName = ("struct." + Prefix + Name).str();
  if (StructType *Known = StructType::getTypeByName(M.getContext(), FullName))
    return Known;
  SmallVector<Type *, 12> Elements;
  for (char Letter : Letters)
    Elements.push_back(typeOf(Letter));
  return StructType::create(M.getContext(), Elements, FullName);
}

// Values in the order of the struct's elements, null ones zeroed.
static Constant *initializer(StructType *Type, MutableArrayRef<Constant *> Values) {
  for (unsigned I = 0; I != Values.size(); ++I)
    if (!Values[I])
      Values[I] = Constant::getNullValue(Type->getElementType(I));
  return ConstantStruct::get(Type, Values);
}

Constant *RuntimeAbi::siteInitializer(const SiteFields &Fields) {
#define MEMSCOPE_SITE_FIELD(kind, name) #kind
  StructType *Type = structType("site",
#include "memscope/abi.def"
  );
  Constant *Values[] = {
#define MEMSCOPE_SITE_FIELD(kind, name) Fields.name,
#include "memscope/abi.def"
  };
  return initializer(Type, Values);
}

Constant *RuntimeAbi::scopeInitializer(const ScopeFields &Fields) {
#define MEMSCOPE_SCOPE_FIELD(kind, name) #kind
  StructType *Type = structType("scope",
#include "memscope/abi.def"
  );
  Constant *Values[] = {
#define MEMSCOPE_SCOPE_FIELD(kind, name) Fields.name,
#include "memscope/abi.def"
  };
  return initializer(Type, Values);
}

// What a site says, in a text that is the same in every module that says it.
static std::string contentOf(const Constant &Site) {
  std::string Content;
  for (const Use &Field : Site.operands()) {
    const Value *V = Field->stripPointerCasts();
    if (const auto *Number = dyn_cast<ConstantInt>(V))
      Content += std::to_string(Number->getZExtValue());
    else if (const auto *Text = dyn_cast<GlobalVariable>(V))
      Content += cast<ConstantDataArray>(Text->getInitializer())->getAsString();
    else
      Content += V->getName();
    Content += '\0';
  }
  return Content;
}

static std::string hashOf(StringRef Content) {
  MD5 Hash;
  Hash.update(Content);
  MD5::MD5Result Result;
  Hash.final(Result);
  return Result.digest().str().str();
}

// Linkers drop sections, so each function's descriptors have one of their own. Of a function that many objects hold (an
// inline function of C++) the linker keeps one copy; descriptors of such a function are objects of that kind
// themselves. Why not members of the function's group? Link-time optimisation inlines one object's copy where it drops
// that object's group, and the code would refer to what is gone. For the same reason they are not !associated.
GlobalVariable *RuntimeAbi::addDescriptor(Constant *Initializer, const Twine &Name, StringRef Owner, bool IsShared,
                                          GlobalValue::LinkageTypes LinkageAlone) {
  auto *Descriptor = new GlobalVariable(M, Initializer->getType(), false, LinkageAlone, Initializer, Name);
  if (IsShared) {
    Descriptor->setLinkage(GlobalValue::LinkOnceODRLinkage);
    Descriptor->setVisibility(GlobalValue::HiddenVisibility);
    Descriptor->setComdat(M.getOrInsertComdat(Descriptor->getName()));
    Descriptor->setSection(DescriptorSection);
  } else {
    Descriptor->setSection((DescriptorSection + "." + Owner).str());
  }
  return Descriptor;
}

GlobalVariable *RuntimeAbi::addSite(Constant *Initializer, const Function &User, StringRef Distinction) {
  std::string Name = (Prefix + "site").str();
  if (User.hasComdat()) {
    Name += "." + hashOf(contentOf(*Initializer) + Distinction.str());
    if (GlobalVariable *Known = M.getNamedGlobal(Name))
      return Known;
  }
  // Private, so that the symbol table does not grow by a symbol a call; named, since ThinLTO may have to promote it.
  return addDescriptor(Initializer, Name, User.getName(), User.hasComdat(), GlobalValue::PrivateLinkage);
}

GlobalVariable *RuntimeAbi::addScope(Constant *Initializer, StringRef Symbol, bool IsShared) {
  return addDescriptor(Initializer, Prefix + "scope." + Symbol, Symbol, IsShared, GlobalValue::InternalLinkage);
}

void RuntimeAbi::requireRuntimeVersion() {
  // The version is part of both names: constructors of two versions do not shadow each other, and each of them asks the
  // linker for its own runtime.
  std::string Version = "_v" + std::to_string(MEMSCOPE_ABI_VERSION);
  std::string Name = Prefix.str() + "module_ctor" + Version;
  if (M.getFunction(Name))
    return;

  auto *Type = FunctionType::get(typeOf('V'), false);
  // With what the module asks of all its functions: branch protection, for one, is an attribute from LLVM 19 on.
  auto *Constructor = Function::createWithDefaultAttr(Type, GlobalValue::LinkOnceODRLinkage, 0, Name, &M);
  Constructor->setVisibility(GlobalValue::HiddenVisibility);
  Constructor->setComdat(M.getOrInsertComdat(Name));
  Constructor->setDoesNotThrow();
  IRBuilder<> B(BasicBlock::Create(M.getContext(), "entry", Constructor));
  B.CreateCall(M.getOrInsertFunction(Prefix.str() + "module" + Version, Type))->setDoesNotThrow();
  B.CreateRetVoid();
  // The comdat as key also drops the constructor's table slots when the linker drops a repeated constructor.
  appendToGlobalCtors(M, Constructor, ConstructorPriority, Constructor);
}

} // namespace memscope
