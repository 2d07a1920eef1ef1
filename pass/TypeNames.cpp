// SPDX-License-Identifier: Apache-2.0
//
// Debug information holds a type's own name only; the namespaces and classes around it are found through its scopes.
// Types that are made of others are written as C declares them, from the inside out: three "int (*)[10]" begin as
// "[3]", become "*[3]", since that is what they point from, then "(*[3])[10]", and at last "int (*[3])[10]".

#include "TypeNames.h"

#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/Constants.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace memscope {

// Some languages have types that contain themselves without a name in between.
static constexpr unsigned DeepestType = 32;

namespace {

/// Writes types. "" comes out where a part cannot be written.
class TypeWriter {
public:
  explicit TypeWriter(bool InC) : InC(InC) {}

  std::string write(const DIType *Type, const std::string &Declarator);
  std::string qualifier(const DIScope *Scope);

private:
  std::string writeUnguarded(const DIType &Type, const std::string &Declarator);
  std::string named(const DIType &Type);
  std::string pointer(const DIType *Base, const std::string &Sign, const std::string &Declarator);
  std::string qualified(StringRef Word, const DIType *Base, const std::string &Declarator);
  std::string array(const DICompositeType &Type, const std::string &Declarator);
  std::string function(const DISubroutineType &Type, const std::string &Declarator);
  std::string templateArguments(DINodeArray Arguments);
  std::string templateArgument(const DINode *Argument);

  bool InC;
  unsigned Depth = 0;
};

} // namespace

static std::string join(const std::string &Name, const std::string &Declarator) {
  bool Adjoins = Name.empty() || Declarator.empty() || Declarator.front() == '[';
  return Name.empty() ? "" : Name + (Adjoins ? "" : " ") + Declarator;
}

// ---- names ----

static StringRef keyword(const DIType &Type) {
  switch (Type.getTag()) {
  case dwarf::DW_TAG_structure_type:
    return "struct";
  case dwarf::DW_TAG_class_type:
    return "class";
  case dwarf::DW_TAG_union_type:
    return "union";
  case dwarf::DW_TAG_enumeration_type:
    return "enum";
  default:
    return "";
  }
}

// The file without its folders, so that the name is the same wherever the source lies.
static std::string unnamed(const DIType &Type) {
  std::string Text = "(unnamed " + keyword(Type).str();
  if (Type.getLine() != 0)
    Text += " at " + sys::path::filename(Type.getFilename()).str() + ":" + std::to_string(Type.getLine());
  return Text + ")";
}

// clang's debug information has one name for all complex numbers.
static StringRef complexName(const DIType &Type) {
  switch (Type.getSizeInBits()) {
  case 64:
    return "float _Complex";
  case 128:
    return "double _Complex";
  case 256:
    return "long double _Complex";
  default:
    return "";
  }
}

// "ns::Outer::" for what lies in them; "" at file or function level.
std::string TypeWriter::qualifier(const DIScope *Scope) {
  if (const auto *Namespace = dyn_cast_or_null<DINamespace>(Scope)) {
    StringRef Name = Namespace->getName();
    return qualifier(Namespace->getScope()) + (Name.empty() ? "(anonymous namespace)" : Name.str()) + "::";
  }
  if (const auto *Class = dyn_cast_or_null<DICompositeType>(Scope))
    return named(*Class) + "::";
  return "";
}

std::string TypeWriter::named(const DIType &Type) {
  std::string Name = Type.getName().str();
  StringRef Keyword = keyword(Type);
  if (Name.empty())
    return Keyword.empty() ? "" : unnamed(Type);
  if (const auto *Basic = dyn_cast<DIBasicType>(&Type); Basic && Basic->getEncoding() == dwarf::DW_ATE_complex_float)
    return complexName(Type).str();
  if (InC)
    return Keyword.empty() ? Name : Keyword.str() + " " + Name;
  // With -gsimple-template-names the arguments are not part of the name.
  const auto *Composite = dyn_cast<DICompositeType>(&Type);
  if (Composite && Composite->getTemplateParams().size() != 0 && Name.find('<') == std::string::npos) {
    std::string Arguments = templateArguments(Composite->getTemplateParams());
    if (Arguments.empty())
      return "";
    Name += Arguments;
  }
  return qualifier(Type.getScope()) + Name;
}

// ---- template arguments ----

static std::string valueArgument(const ConstantInt &Value, const DIType *Type, const std::string &TypeName) {
  const auto *Basic = dyn_cast_or_null<DIBasicType>(Type);
  if (Value.getBitWidth() > 64)
    return "";
  if (Basic && Basic->getEncoding() == dwarf::DW_ATE_boolean)
    return Value.isZero() ? "false" : "true";
  bool IsUnsigned = Basic && (Basic->getEncoding() == dwarf::DW_ATE_unsigned);
  std::string Number = IsUnsigned ? std::to_string(Value.getZExtValue()) : std::to_string(Value.getSExtValue());
  return Basic ? Number : "(" + TypeName + ")" + Number; // of an enumeration
}

std::string TypeWriter::templateArgument(const DINode *Argument) {
  if (const auto *Type = dyn_cast_or_null<DITemplateTypeParameter>(Argument))
    return write(Type->getType(), "");
  const auto *Value = dyn_cast_or_null<DITemplateValueParameter>(Argument);
  const Metadata *Content = Value ? Value->getValue() : nullptr;
  if (const auto *Template = dyn_cast_or_null<MDString>(Content))
    return Template->getString().str();
  const auto *Constant = dyn_cast_or_null<ConstantAsMetadata>(Content);
  const auto *Integer = Constant ? dyn_cast<ConstantInt>(Constant->getValue()) : nullptr;
  return Integer ? valueArgument(*Integer, Value->getType(), write(Value->getType(), "")) : "";
}

// "<int, std::allocator<int> >", with a pack's arguments beside the others.
std::string TypeWriter::templateArguments(DINodeArray Arguments) {
  SmallVector<const DINode *, 8> All;
  for (const DINode *Argument : Arguments) {
    const auto *Value = dyn_cast_or_null<DITemplateValueParameter>(Argument);
    const auto *Pack = Value ? dyn_cast_or_null<MDTuple>(Value->getValue()) : nullptr;
    if (!Pack)
      All.push_back(Argument);
    else
      for (const MDOperand &Operand : Pack->operands())
        All.push_back(dyn_cast_or_null<DINode>(Operand.get()));
  }
  std::string Text = "<";
  for (const DINode *Argument : All) {
    std::string Name = templateArgument(Argument);
    if (Name.empty())
      return "";
    Text += (Text.size() > 1 ? ", " : "") + Name;
  }
  return Text + (Text.back() == '>' ? " >" : ">");
}

// ---- types made of others ----

static bool isArrayOrFunction(const DIType *Type) {
  while (Type && (Type->getTag() == dwarf::DW_TAG_const_type || Type->getTag() == dwarf::DW_TAG_volatile_type))
    Type = cast<DIDerivedType>(Type)->getBaseType();
  return Type && (Type->getTag() == dwarf::DW_TAG_array_type || isa<DISubroutineType>(Type));
}

std::string TypeWriter::pointer(const DIType *Base, const std::string &Sign, const std::string &Declarator) {
  return write(Base, isArrayOrFunction(Base) ? "(" + Sign + Declarator + ")" : Sign + Declarator);
}

static bool isPointerSign(char C) { return C == '*' || C == '&' || C == '(' || C == '['; }

// "const char *p" but "char *const p".
std::string TypeWriter::qualified(StringRef Word, const DIType *Base, const std::string &Declarator) {
  if (Base && (Base->getTag() == dwarf::DW_TAG_pointer_type || Base->getTag() == dwarf::DW_TAG_ptr_to_member_type)) {
    bool Adjoins = Declarator.empty() || isPointerSign(Declarator.front());
    return write(Base, Word.str() + (Adjoins ? "" : " ") + Declarator);
  }
  std::string Rest = write(Base, Declarator);
  return Rest.empty() ? "" : Word.str() + " " + Rest;
}

// "int[4][3]"; a dimension that is not constant is "[]".
std::string TypeWriter::array(const DICompositeType &Type, const std::string &Declarator) {
  std::string Dimensions;
  for (const DINode *Element : Type.getElements()) {
    const auto *Range = dyn_cast_or_null<DISubrange>(Element);
    const auto *Constant = Range ? dyn_cast_or_null<ConstantAsMetadata>(Range->getRawCountNode()) : nullptr;
    const auto *Count = Constant ? dyn_cast<ConstantInt>(Constant->getValue()) : nullptr;
    Dimensions += "[" + (Count && !Count->isNegative() ? std::to_string(Count->getZExtValue()) : "") + "]";
  }
  return write(Type.getBaseType(), Declarator + Dimensions);
}

std::string TypeWriter::function(const DISubroutineType &Type, const std::string &Declarator) {
  DITypeRefArray Types = Type.getTypeArray(); // the result's first
  std::string Parameters;
  for (unsigned I = 1; I < Types.size(); ++I) {
    const DIType *Parameter = Types[I];
    if (Parameter && Parameter->isArtificial()) // this
      continue;
    std::string Text = Parameter ? write(Parameter, "") : "...";
    if (Text.empty())
      return "";
    Parameters += (Parameters.empty() ? "" : ", ") + Text;
  }
  if (InC && Parameters == "...") // no prototype
    Parameters = "";
  else if (InC && Parameters.empty())
    Parameters = "void";
  return write(Types.size() > 0 ? Types[0] : nullptr, Declarator + "(" + Parameters + ")");
}

std::string TypeWriter::writeUnguarded(const DIType &Type, const std::string &Declarator) {
  const auto *Derived = dyn_cast<DIDerivedType>(&Type);
  const DIType *Base = Derived ? Derived->getBaseType() : nullptr;
  switch (Type.getTag()) {
  case dwarf::DW_TAG_pointer_type:
    return pointer(Base, "*", Declarator);
  case dwarf::DW_TAG_reference_type:
    return pointer(Base, "&", Declarator);
  case dwarf::DW_TAG_rvalue_reference_type:
    return pointer(Base, "&&", Declarator);
  case dwarf::DW_TAG_ptr_to_member_type: {
    std::string Class = Derived->getClassType() ? named(*Derived->getClassType()) : "";
    return Class.empty() ? "" : pointer(Base, Class + "::*", Declarator);
  }
  case dwarf::DW_TAG_const_type:
    return qualified("const", Base, Declarator);
  case dwarf::DW_TAG_volatile_type:
    return qualified("volatile", Base, Declarator);
  case dwarf::DW_TAG_restrict_type: // says nothing about the block
  case dwarf::DW_TAG_atomic_type:
    return write(Base, Declarator);
  case dwarf::DW_TAG_array_type:
    return array(cast<DICompositeType>(Type), Declarator);
  case dwarf::DW_TAG_subroutine_type:
    return function(cast<DISubroutineType>(Type), Declarator);
  default:
    return join(named(Type), Declarator);
  }
}

std::string TypeWriter::write(const DIType *Type, const std::string &Declarator) {
  if (Depth == DeepestType)
    return "";
  ++Depth;
  std::string Text = Type ? writeUnguarded(*Type, Declarator) : join("void", Declarator);
  --Depth;
  return Text;
}

std::string typeName(const DIType &Type, bool InC, const std::string &Declarator) {
  return TypeWriter(InC).write(&Type, Declarator);
}

std::string variableName(const DIGlobalVariable &Variable) {
  const DIDerivedType *Member = Variable.getStaticDataMemberDeclaration();
  const DIScope *Scope = Member ? Member->getScope() : Variable.getScope();
  return TypeWriter(false).qualifier(Scope) + Variable.getName().str();
}

} // namespace memscope
