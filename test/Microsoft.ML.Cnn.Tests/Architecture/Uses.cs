using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Microsoft.ML.Cnn.Tests.Architecture;

/// <summary>What a type's declaration, or a method with its body, uses: handles of types, and of methods of the same assembly.</summary>
internal sealed class Uses(PEReader image, MetadataReader metadata)
{
    private static readonly Dictionary<int, OperandType> Operands = typeof(OpCodes)
        .GetFields()
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => (int)(ushort)code.Value, code => code.OperandType);

    private readonly UsedTypes types = new();
    private readonly HashSet<EntityHandle> methods = [];

    public static IEnumerable<EntityHandle> Of(PEReader image, MetadataReader metadata, TypeDefinitionHandle type)
    {
        var uses = new Uses(image, metadata);
        uses.AddDeclaration(metadata.GetTypeDefinition(type));
        return uses.types.Found;
    }

    public static IEnumerable<EntityHandle> Of(PEReader image, MetadataReader metadata, MethodDefinitionHandle method)
    {
        var uses = new Uses(image, metadata);
        uses.AddMethod(metadata.GetMethodDefinition(method));
        return uses.types.Found.Concat(uses.methods);
    }

    private void AddDeclaration(TypeDefinition type)
    {
        Add(type.BaseType);
        foreach (InterfaceImplementationHandle handle in type.GetInterfaceImplementations())
        {
            Add(metadata.GetInterfaceImplementation(handle).Interface);
        }
        foreach (FieldDefinitionHandle handle in type.GetFields())
        {
            FieldDefinition field = metadata.GetFieldDefinition(handle);
            field.DecodeSignature(types, null);
            AddAttributes(field.GetCustomAttributes());
        }
        foreach (PropertyDefinitionHandle handle in type.GetProperties())
        {
            AddAttributes(metadata.GetPropertyDefinition(handle).GetCustomAttributes());
        }
        AddConstraints(type.GetGenericParameters());
        AddAttributes(type.GetCustomAttributes());
    }

    private void AddMethod(MethodDefinition method)
    {
        method.DecodeSignature(types, null);
        AddConstraints(method.GetGenericParameters());
        AddAttributes(method.GetCustomAttributes());
        if (method.RelativeVirtualAddress == 0)
        {
            return;
        }
        MethodBodyBlock body = image.GetMethodBody(method.RelativeVirtualAddress);
        Add(body.LocalSignature);
        foreach (ExceptionRegion region in body.ExceptionRegions)
        {
            Add(region.CatchType);
        }
        AddInstructions(body.GetILReader());
    }

    private void AddInstructions(BlobReader code)
    {
        while (code.RemainingBytes > 0)
        {
            int opCode = code.ReadByte();
            // The first byte of the instructions that take two.
            if (opCode == 0xFE)
            {
                opCode = opCode << 8 | code.ReadByte();
            }
            switch (Operands[opCode])
            {
                case OperandType.InlineType
                or OperandType.InlineMethod
                or OperandType.InlineField
                or OperandType.InlineTok
                or OperandType.InlineSig:
                    Add(MetadataTokens.EntityHandle(code.ReadInt32()));
                    break;
                case OperandType.InlineSwitch:
                    int targets = code.ReadInt32();
                    code.Offset += 4 * targets;
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    code.Offset += 8;
                    break;
                case OperandType.InlineI or OperandType.InlineBrTarget or OperandType.ShortInlineR or OperandType.InlineString:
                    code.Offset += 4;
                    break;
                case OperandType.InlineVar:
                    code.Offset += 2;
                    break;
                case OperandType.ShortInlineI or OperandType.ShortInlineBrTarget or OperandType.ShortInlineVar:
                    code.Offset += 1;
                    break;
            }
        }
    }

    private void AddConstraints(GenericParameterHandleCollection parameters)
    {
        foreach (GenericParameterHandle parameter in parameters)
        {
            foreach (GenericParameterConstraintHandle constraint in metadata.GetGenericParameter(parameter).GetConstraints())
            {
                Add(metadata.GetGenericParameterConstraint(constraint).Type);
            }
        }
    }

    private void AddAttributes(CustomAttributeHandleCollection attributes)
    {
        foreach (CustomAttributeHandle attribute in attributes)
        {
            Add(metadata.GetCustomAttribute(attribute).Constructor);
        }
    }

    private void Add(EntityHandle handle)
    {
        if (handle.IsNil)
        {
            return;
        }
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition or HandleKind.TypeReference:
                types.Found.Add(handle);
                break;
            case HandleKind.TypeSpecification:
                metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(types, null);
                break;
            case HandleKind.MethodDefinition:
                methods.Add(handle);
                break;
            case HandleKind.FieldDefinition:
                types.Found.Add(metadata.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.MemberReference:
                Add(metadata.GetMemberReference((MemberReferenceHandle)handle));
                break;
            case HandleKind.MethodSpecification:
                MethodSpecification specification = metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
                Add(specification.Method);
                specification.DecodeSignature(types, null);
                break;
            case HandleKind.StandaloneSignature:
                Add(metadata.GetStandaloneSignature((StandaloneSignatureHandle)handle));
                break;
        }
    }

    private void Add(MemberReference member)
    {
        Add(member.Parent);
        if (member.GetKind() == MemberReferenceKind.Method)
        {
            member.DecodeMethodSignature(types, null);
        }
        else
        {
            member.DecodeFieldSignature(types, null);
        }
    }

    private void Add(StandaloneSignature signature)
    {
        if (signature.GetKind() == StandaloneSignatureKind.Method)
        {
            signature.DecodeMethodSignature(types, null);
        }
        else
        {
            signature.DecodeLocalSignature(types, null);
        }
    }
}
