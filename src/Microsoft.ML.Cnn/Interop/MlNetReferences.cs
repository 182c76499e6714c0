using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace Microsoft.ML.Cnn.Interop;

/// <summary>
/// Everything that an assembly refers to in ML.NET, read from its own metadata: it can neither forget a reference nor
/// take a member for the right one that has only the name.
/// </summary>
internal static class MlNetReferences
{
    /// <summary>All references to types and members of the assemblies <c>Microsoft.ML.*</c>.</summary>
    public static unsafe IEnumerable<MlNetReference> Of(Assembly assembly)
    {
        // Nothing to check where the host has dropped the metadata.
        return assembly.TryGetRawMetadata(out byte* blob, out int length)
            ? Of(assembly.ManifestModule, new MetadataReader(blob, length))
            : [];
    }

    private static IEnumerable<MlNetReference> Of(Module module, MetadataReader metadata)
    {
        foreach (TypeReferenceHandle type in metadata.TypeReferences)
        {
            if (IsOfMlNet(metadata, type))
            {
                yield return Resolve(module, type);
            }
        }
        foreach (MemberReferenceHandle member in metadata.MemberReferences)
        {
            // Members of constructed generic types hang on a type specification; the types in it are checked above.
            EntityHandle parent = metadata.GetMemberReference(member).Parent;
            if (parent.Kind == HandleKind.TypeReference && IsOfMlNet(metadata, (TypeReferenceHandle)parent))
            {
                yield return Resolve(module, member);
            }
        }
    }

    private static bool IsOfMlNet(MetadataReader metadata, TypeReferenceHandle type)
    {
        EntityHandle scope = metadata.GetTypeReference(type).ResolutionScope;
        return scope.Kind switch
        {
            HandleKind.TypeReference => IsOfMlNet(metadata, (TypeReferenceHandle)scope),
            HandleKind.AssemblyReference => metadata
                .GetString(metadata.GetAssemblyReference((AssemblyReferenceHandle)scope).Name)
                .StartsWith("Microsoft.ML.", StringComparison.Ordinal),
            _ => false,
        };
    }

    private static MlNetReference Resolve(Module module, EntityHandle handle)
    {
        try
        {
            return new MlNetReference(module.ResolveMember(MetadataTokens.GetToken(handle)), null);
        }
        catch (Exception exception) when (exception is MissingMemberException or TypeLoadException or IOException)
        {
            return new MlNetReference(null, exception.Message);
        }
    }
}

/// <summary>A reference to ML.NET.</summary>
/// <param name="Member">The type or member referred to, or null if it is not there.</param>
/// <param name="Fault">Why it is not there, or null if it is.</param>
internal readonly record struct MlNetReference(MemberInfo? Member, string? Fault);
