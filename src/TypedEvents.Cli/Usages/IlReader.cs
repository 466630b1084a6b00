using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace TypedEvents.Cli;

/// <summary>Reads the tokens of members from a method's IL.</summary>
internal static class IlReader
{
    private static readonly OperandType[] OneByte = OperandTypes(1);
    private static readonly OperandType[] TwoBytes = OperandTypes(2);

    /// <summary>The members that a method uses, each with the offset of its instruction.</summary>
    public static List<(EntityHandle Member, int Offset)> MembersOf(BlobReader il)
    {
        List<(EntityHandle, int)> members = [];
        while (il.RemainingBytes > 0)
        {
            int offset = il.Offset;
            byte first = il.ReadByte();
            OperandType operand = first == 0xFE ? TwoBytes[il.ReadByte()] : OneByte[first];
            switch (operand)
            {
                case OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineTok:
                    Handle handle = MetadataTokens.Handle(il.ReadInt32());
                    if (handle.Kind is HandleKind.MethodDefinition or HandleKind.MemberReference or HandleKind.MethodSpecification or HandleKind.FieldDefinition)
                    {
                        members.Add(((EntityHandle)handle, offset));
                    }

                    break;
                case OperandType.InlineSwitch:
                    int targets = il.ReadInt32();
                    il.Offset += 4 * targets;
                    break;
                default:
                    il.Offset += SizeOf(operand);
                    break;
            }
        }

        return members;
    }

    private static int SizeOf(OperandType operand) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => 4,
    };

    private static OperandType[] OperandTypes(int size)
    {
        var types = new OperandType[256];
        Array.Fill(types, OperandType.InlineNone);
        foreach (FieldInfo field in typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            if (field.GetValue(null) is OpCode code && code.Size == size)
            {
                types[(byte)code.Value] = code.OperandType;
            }
        }

        return types;
    }
}
